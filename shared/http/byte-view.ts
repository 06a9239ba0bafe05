/**
 * A text as bytes, each with the place in the original text that it came from. A decoder makes a view of a view, so what
 * is found in a decoded text is known by its place in the original one. Which decoders apply is not known here.
 */

/** Stands between pieces of a view that do not follow one another; no byte equals it. */
export const BREAK = 256;

export interface ByteView {
  /** Bytes and breaks. */
  readonly symbols: Uint16Array;
  /** Where in the original text the symbol begins, in bytes. */
  readonly starts: Int32Array;
  /** Where it ends, exclusive. */
  readonly ends: Int32Array;
  /** Whether the original text goes on behind the last symbol. */
  readonly isCutOff: boolean;
}

/** The bytes of a text in UTF-8. Every byte of a character has the place of the whole character. */
export function viewOf(bytes: Uint8Array, isCutOff: boolean): ByteView {
  const starts = new Int32Array(bytes.length);
  const ends = new Int32Array(bytes.length);
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    start = isContinuation(bytes[at]) ? start : at;
    starts[at] = start;
  }
  let end = bytes.length;
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    ends[at] = end;
    end = isContinuation(bytes[at]) ? end : at;
  }
  return { symbols: Uint16Array.from(bytes), starts, ends, isCutOff };
}

/** Collects the symbols of a decoded view, which has at most as many as the view that it is made of. */
export class ViewWriter {
  readonly #symbols: Uint16Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#symbols = new Uint16Array(capacity);
    this.#starts = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
  }

  write(symbol: number, start: number, end: number): void {
    this.#symbols[this.#length] = symbol;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
  }

  /** The symbols from `from` to before `to`, as they are. */
  copy({ symbols, starts, ends }: ByteView, from: number, to: number): void {
    this.#symbols.set(symbols.subarray(from, to), this.#length);
    this.#starts.set(starts.subarray(from, to), this.#length);
    this.#ends.set(ends.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  /** The last symbol's place reaches to `end`. */
  extendLast(end: number): void {
    this.#ends[this.#length - 1] = end;
  }

  view(isCutOff: boolean): ByteView {
    return {
      symbols: this.#symbols.subarray(0, this.#length),
      starts: this.#starts.subarray(0, this.#length),
      ends: this.#ends.subarray(0, this.#length),
      isCutOff,
    };
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
