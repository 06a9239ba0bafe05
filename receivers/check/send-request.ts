/** Sends a request as it is to the one URL that the developer has named: no redirect is followed, no proxy used. */
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { ATTEMPT_DEADLINE_MILLIS } from '../../shared/attempt/send-masked.flow.ts';

export interface CheckRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** At once if absent. */
  readonly pace?: 'in-pieces' | 'broken-off';
}

export type CheckResponse =
  | { readonly kind: 'answered'; readonly statusCode: number; readonly body: string; readonly millis: number }
  | {
      readonly kind: 'unanswered';
      /** `closed`: the receiver took the connection, and ended it without a response. */
      readonly why: 'closed' | 'timeout' | 'broken-off-by-us' | 'unreachable';
      readonly code: string;
      readonly millis: number;
    };

const PIECES = 8;
const PAUSE_MILLIS = 40;

const CLOSED_CODES: readonly string[] = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** Never rejects. */
export function sendRequest(url: URL, sent: CheckRequest): Promise<CheckResponse> {
  const startedAt = performance.now();
  const millis = () => Math.round(performance.now() - startedAt);
  const body = Buffer.from(sent.body);
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = send(url, {
      method: 'POST',
      agent: false,
      headers: { ...sent.headers, 'content-length': body.length },
      signal: AbortSignal.timeout(ATTEMPT_DEADLINE_MILLIS),
    });
    let isBrokenOff = false;
    const fail = ({ code = '', name }: NodeJS.ErrnoException) => {
      const isTimeout = name === 'AbortError' || name === 'TimeoutError';
      const why = isBrokenOff
        ? 'broken-off-by-us'
        : isTimeout
          ? 'timeout'
          : CLOSED_CODES.includes(code)
            ? 'closed'
            : 'unreachable';
      resolve({ kind: 'unanswered', why, code, millis: millis() });
    };
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      const { statusCode = 0 } = response;
      text(response).then((read) => resolve({ kind: 'answered', statusCode, body: read, millis: millis() }), fail);
    });
    writeBody(outgoing, body, sent.pace, () => {
      isBrokenOff = true;
    }).catch(fail);
  });
}

async function writeBody(
  outgoing: ClientRequest,
  body: Buffer,
  pace: CheckRequest['pace'],
  onBreakOff: () => void,
): Promise<void> {
  if (pace === undefined) {
    outgoing.end(body);
    return;
  }
  const pieceBytes = Math.ceil(body.length / PIECES);
  const pieces = pace === 'broken-off' ? PIECES / 2 : PIECES;
  for (let piece = 0; piece < pieces; piece += 1) {
    outgoing.write(body.subarray(piece * pieceBytes, (piece + 1) * pieceBytes));
    await setTimeout(PAUSE_MILLIS);
  }
  if (pace === 'broken-off') {
    onBreakOff();
    outgoing.destroy(new Error('broken off'));
    return;
  }
  outgoing.end();
}
