/** Receivers as people write them, one right and the others each with one mistake. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../../../local/aws/loopback-server.ts';

const TOLERANCE_SECONDS = 300;
const MAX_BODY_BYTES = 64 * 1024;

/** What a receiver does differently from the right one. */
export interface Habits {
  readonly verifies?: boolean;
  /** What is verified in place of the raw body. */
  readonly reading?: (body: Buffer) => string | Buffer;
  readonly checksTimestamp?: boolean | 'of-the-past';
  readonly readsSignatures?: 'every' | 'first';
  readonly signsTimestamp?: boolean;
  readonly maxBodyBytes?: number;
  /** To an event that it has no code for. */
  readonly knowsEvents?: readonly string[];
  readonly refusal?: number;
  readonly afterMillis?: number;
}

export interface OwnReceiver {
  readonly url: URL;
  stop(): Promise<void>;
}

export async function startOwnReceiver(secret: string, habits: Habits = {}): Promise<OwnReceiver> {
  const { maxBodyBytes = MAX_BODY_BYTES, refusal = 401, knowsEvents, afterMillis = 0 } = habits;
  const server = createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      const isGenuine = body.length <= maxBodyBytes && isVerified(request.headers, body, secret, habits);
      const isKnown = knowsEvents?.includes(String(request.headers['x-thalian-event'])) ?? true;
      setTimeout(() => response.writeHead(isGenuine && isKnown ? 204 : refusal).end(), afterMillis);
    } catch {
      // As a framework answers when the code of its user throws.
      response.writeHead(500).end('Internal Server Error');
    }
  });
  const port = await listenOnLoopback(server, 0);
  return { url: new URL(`http://localhost:${port}/hook`), stop: () => closeServer(server) };
}

function isVerified(headers: IncomingHttpHeaders, raw: Buffer, secret: string, habits: Habits): boolean {
  const { verifies = true, reading = (body) => body, checksTimestamp = true } = habits;
  const { readsSignatures = 'every', signsTimestamp = true } = habits;
  if (!verifies) {
    return true;
  }
  const body = reading(raw);
  const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
  const ageSeconds = Date.now() / 1000 - Number(timestamp);
  const isTimely = Math.abs(ageSeconds) <= TOLERANCE_SECONDS;
  const isPunctual = checksTimestamp === true ? isTimely : checksTimestamp === false || ageSeconds <= TOLERANCE_SECONDS;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const head = signsTimestamp ? `${id}.${timestamp}.` : `${id}.`;
  const expected = createHmac('sha256', key).update(head).update(body).digest();
  const signatures = String(headers['webhook-signature'] ?? '').split(' ');
  return (
    isPunctual &&
    (readsSignatures === 'every' ? signatures : signatures.slice(0, 1)).some((signature) => {
      const [version, base64 = ''] = signature.split(',');
      const given = Buffer.from(base64, 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    })
  );
}
