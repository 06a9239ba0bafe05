/**
 * The stream that Node's HTTP client gets in place of the socket, for one exchange. It shows the client the bytes of one
 * response as a strict parser takes them, and knows afterwards whether anything else came with them.
 */
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { ResponseFailure } from './attempt-outcome.ts';
import { HEADERS_TOO_LARGE, TOO_MANY_PIECES, UPGRADE } from './response-failure.ts';
import { createHeadReader } from './response-heads.ts';

export interface ExchangeStream {
  readonly stream: Duplex;
  /** Bytes of the socket. */
  take(chunk: Buffer): void;
  /** The receiver sends nothing more. */
  end(): void;
  /** Whether the body is all that came behind the head: anything more would be read as the next response. */
  isExhausted(headers: Readonly<Record<string, string>>): boolean;
}

/** Carries a refusal of ours through Node's HTTP client, which hands on the error of its stream. */
export class HeadRefused extends Error {
  readonly failure: ResponseFailure;

  constructor(failure: ResponseFailure) {
    super(`the head of the response is refused: ${failure.cause}`);
    this.failure = failure;
  }
}

/** How a chunked body ends, trailers or not (RFC 9112, 7.1). */
const END_OF_CHUNKS = '\r\n\r\n';

export function openExchangeStream(socket: TLSSocket, onFirstByte: () => void): ExchangeStream {
  const heads = createHeadReader();
  let hasBegun = false;
  let isBody = false;
  let bodyBytes = 0;
  let lastBytes = '';

  const stream = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      socket.write(chunk, done);
    },
    // Head and body in one TLS record where they fit.
    writev(chunks, done) {
      socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
    },
  });

  // Node listens only from the next tick on and until the response is complete; an error outside would end the process.
  stream.on('error', () => {});

  const pass = (bytes: Buffer, bodyOffset: number) => {
    bodyBytes += bytes.length - bodyOffset;
    const from = Math.max(bodyOffset, bytes.length - END_OF_CHUNKS.length);
    lastBytes = (lastBytes + bytes.toString('latin1', from)).slice(-END_OF_CHUNKS.length);
    if (!stream.push(bytes)) {
      socket.pause();
    }
  };

  return {
    stream,
    take(chunk) {
      if (!hasBegun) {
        hasBegun = true;
        onFirstByte();
      }
      if (isBody) {
        return pass(chunk, 0);
      }
      const step = heads.take(chunk);
      switch (step.kind) {
        case 'incomplete':
          return;
        case 'final':
          isBody = true;
          return pass(step.bytes, step.bodyOffset);
        case 'too-large':
          stream.destroy(new HeadRefused(HEADERS_TOO_LARGE));
          return;
        case 'too-many-pieces':
          stream.destroy(new HeadRefused(TOO_MANY_PIECES));
          return;
        case 'upgrade':
          stream.destroy(new HeadRefused(UPGRADE));
      }
    },
    end() {
      stream.push(null);
    },
    isExhausted(headers) {
      return headers['transfer-encoding'] === undefined
        ? bodyBytes === Number(headers['content-length'] ?? 0)
        : lastBytes === END_OF_CHUNKS;
    },
  };
}
