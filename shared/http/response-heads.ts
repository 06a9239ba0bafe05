/**
 * Prepares the heads of a response for a strict HTTP parser: leaves out interim responses that were not asked for, unfolds
 * folded lines, and bounds the whole. It judges nothing else: what is no head goes to the parser as it came.
 */

import { MAX_RESPONSE_PIECES } from './attempt-outcome.ts';

/** The headers of a response in all, interim ones included; browsers and curl take as much and more. */
export const MAX_HEADERS_BYTES = 64 * 1024;

export type HeadStep =
  /** More bytes are needed. */
  | { readonly kind: 'incomplete' }
  /** The head of the final response, and what followed it from `bodyOffset` on. Whatever comes from now on is body. */
  | { readonly kind: 'final'; readonly bytes: Buffer; readonly bodyOffset: number }
  | { readonly kind: 'too-large' }
  /** It comes in more pieces than any that means to be read. */
  | { readonly kind: 'too-many-pieces' }
  /** 101: the receiver speaks another protocol from here on, which no request of ours asks for. */
  | { readonly kind: 'upgrade' };

const STATUS_LINE = Buffer.from('HTTP/1.');
/** `HTTP/1.1 103`: the first digit of the status. */
const STATUS_OFFSET = 9;
const SWITCHING_PROTOCOLS = '101';
const END_OF_HEAD = '\r\n\r\n';
/** Line feeds alone end a head too. A strict parser refuses it, at once rather than at the deadline. */
const BARE_END_OF_HEAD = '\n\n';

export function createHeadReader() {
  /** What has come of a head that is not complete. One buffer, so that a byte at a time costs no copy of all before it. */
  let pending: Buffer | undefined;
  let pendingBytes = 0;
  let interimBytes = 0;
  let pieces = 0;

  const collect = (chunk: Buffer): Buffer => {
    if (pending === undefined) {
      return chunk;
    }
    const taken = chunk.copy(pending, pendingBytes);
    const before = pending.subarray(0, pendingBytes + taken);
    return taken === chunk.length ? before : Buffer.concat([before, chunk.subarray(taken)]);
  };

  return {
    take(chunk: Buffer): HeadStep {
      pieces += 1;
      if (pieces > MAX_RESPONSE_PIECES) {
        return { kind: 'too-many-pieces' };
      }
      let bytes = collect(chunk);
      // The end may lie across the border between two chunks.
      let searchFrom = Math.max(0, pendingBytes - END_OF_HEAD.length + 1);
      for (;;) {
        if (!isBeginOfHead(bytes)) {
          return { kind: 'final', bytes, bodyOffset: 0 };
        }
        const end = endOfHead(bytes, searchFrom);
        if (interimBytes + (end ?? bytes.length) > MAX_HEADERS_BYTES) {
          return { kind: 'too-large' };
        }
        if (end === undefined) {
          keep(bytes);
          return { kind: 'incomplete' };
        }
        const status = bytes.toString('latin1', STATUS_OFFSET, STATUS_OFFSET + 3);
        if (status === SWITCHING_PROTOCOLS) {
          return { kind: 'upgrade' };
        }
        if (!/^1\d\d$/.test(status)) {
          return { kind: 'final', ...unfold(bytes, end) };
        }
        interimBytes += end;
        bytes = bytes.subarray(end);
        pending = undefined;
        pendingBytes = 0;
        searchFrom = 0;
      }
    },
  };

  function keep(bytes: Buffer): void {
    if (pending === undefined) {
      pending = Buffer.alloc(MAX_HEADERS_BYTES);
      bytes.copy(pending);
    }
    pendingBytes = bytes.length;
  }
}

/** As far as the bytes go. */
function isBeginOfHead(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, STATUS_LINE.length);
  return bytes.subarray(0, length).equals(STATUS_LINE.subarray(0, length));
}

/** The offset behind the empty line. */
function endOfHead(bytes: Buffer, from: number): number | undefined {
  const strict = bytes.indexOf(END_OF_HEAD, from, 'latin1');
  const end = strict === -1 ? bytes.length : strict + END_OF_HEAD.length;
  const bare = bytes.subarray(0, end).indexOf(BARE_END_OF_HEAD, from, 'latin1');
  if (bare !== -1) {
    return bare + BARE_END_OF_HEAD.length;
  }
  return strict === -1 ? undefined : end;
}

/** RFC 9112, 5.2: a user agent replaces a fold by a space. */
function unfold(bytes: Buffer, end: number): { readonly bytes: Buffer; readonly bodyOffset: number } {
  const head = bytes.subarray(0, end);
  if (!head.includes('\r\n ') && !head.includes('\r\n\t')) {
    return { bytes, bodyOffset: end };
  }
  const unfolded = Buffer.from(head.toString('latin1').replace(/\r\n[ \t]+/g, ' '), 'latin1');
  return { bytes: Buffer.concat([unfolded, bytes.subarray(end)]), bodyOffset: unfolded.length };
}
