/**
 * Reads the body of a response as text. Requests ask for no compression; receivers are known that compress all the same,
 * and what they say in the body may decide whether they accepted.
 */
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { MAX_RESPONSE_BYTES } from './attempt-outcome.ts';

type Inflater = ReturnType<typeof createGunzip>;

/** What was cut off by the limit, or by the receiver, is inflated as far as it goes. */
const UP_TO_THE_CUT = { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: MAX_RESPONSE_BYTES };

/** At most `MAX_RESPONSE_BYTES`, inflated. What cannot be inflated, or not before the deadline, is read as it came. */
export async function readBody(
  body: Buffer,
  contentEncoding: string | undefined,
  deadline: AbortSignal,
): Promise<string> {
  const inflater = body.length === 0 ? undefined : createInflater(contentEncoding?.trim().toLowerCase(), body);
  const inflated = inflater && (await inflate(inflater, body, deadline));
  return (inflated ?? body).toString('utf8');
}

function createInflater(encoding: string | undefined, [firstByte = 0]: Buffer): Inflater | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(UP_TO_THE_CUT);
    case 'deflate':
      // RFC 9110, 8.4.1.2, says zlib; some send the bare format. The method, 8, tells a zlib header.
      return (firstByte & 0x0f) === 8 ? createInflate(UP_TO_THE_CUT) : createInflateRaw(UP_TO_THE_CUT);
    case 'br':
      return createBrotliDecompress({
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
        chunkSize: MAX_RESPONSE_BYTES,
      });
    default:
      return undefined;
  }
}

/** Undefined if nothing came out. A bomb is left after its first 64 KB. */
function inflate(inflater: Inflater, body: Buffer, deadline: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = () => {
      deadline.removeEventListener('abort', finish);
      inflater.destroy();
      resolve(bytes === 0 ? undefined : Buffer.concat(chunks, Math.min(bytes, MAX_RESPONSE_BYTES)));
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
