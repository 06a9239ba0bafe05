/**
 * Reads the body of a response. Requests ask for no compression; receivers are known that compress all the same,
 * and what they say in the body may decide whether they accepted.
 */
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { MAX_RESPONSE_BYTES } from './attempt-outcome.ts';

type Inflater = ReturnType<typeof createGunzip>;

/** What was cut off by the limit, or by the receiver, is inflated as far as it goes. */
const UP_TO_THE_CUT = { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: MAX_RESPONSE_BYTES };

/** A cut is an error then. More than nothing is all that is asked. */
const TO_THE_END = { maxOutputLength: 1 };

/** At most `MAX_RESPONSE_BYTES`, inflated. What cannot be inflated, or not before the deadline, is read as it came. */
export async function readBody(
  body: Buffer,
  contentEncoding: string | undefined,
  deadline: AbortSignal,
): Promise<Buffer> {
  const coding = body.length === 0 ? undefined : codingOf(contentEncoding?.trim().toLowerCase(), body);
  if (coding === undefined) {
    return body;
  }
  const inflated = await inflate(coding.create(), body, deadline);
  return inflated.length > 0 || isEmpty(coding, body) ? inflated : body;
}

interface Coding {
  readonly create: () => Inflater;
  /** Throws if the body is not whole. */
  readonly inflateWhole: (body: Buffer, options: typeof TO_THE_END) => Buffer;
}

const GZIP: Coding = { create: () => createGunzip(UP_TO_THE_CUT), inflateWhole: gunzipSync };
const ZLIB: Coding = { create: () => createInflate(UP_TO_THE_CUT), inflateWhole: inflateSync };
const BARE: Coding = { create: () => createInflateRaw(UP_TO_THE_CUT), inflateWhole: inflateRawSync };
const BROTLI: Coding = {
  create: () =>
    createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH, chunkSize: MAX_RESPONSE_BYTES }),
  inflateWhole: brotliDecompressSync,
};

function codingOf(encoding: string | undefined, [firstByte = 0]: Buffer): Coding | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return GZIP;
    case 'deflate':
      // RFC 9110, 8.4.1.2, says zlib; some send the bare format. The method, 8, tells a zlib header.
      return (firstByte & 0x0f) === 8 ? ZLIB : BARE;
    case 'br':
      return BROTLI;
    default:
      return undefined;
  }
}

/** Nothing, compressed, are some bytes all the same. Something else that gives nothing is not compressed as it says. */
function isEmpty({ inflateWhole }: Coding, body: Buffer): boolean {
  try {
    return inflateWhole(body, TO_THE_END).length === 0;
  } catch {
    return false;
  }
}

/** As far as it goes. A bomb is left after its first 64 KB. */
function inflate(inflater: Inflater, body: Buffer, deadline: AbortSignal): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = () => {
      deadline.removeEventListener('abort', finish);
      inflater.destroy();
      resolve(Buffer.concat(chunks, Math.min(bytes, MAX_RESPONSE_BYTES)));
    };
    inflater.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_RESPONSE_BYTES) {
        finish();
      }
    });
    inflater.on('end', finish);
    inflater.on('error', finish);
    deadline.addEventListener('abort', finish);
    inflater.end(body);
  });
}
