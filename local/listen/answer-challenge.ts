/** How the listener itself answers a challenge, so that alerts can be turned on for it: as a receiver of either kind must. */
import * as z from 'zod';
import type { RecordedRequest } from './request-record.ts';

const challengeSchema = z.object({ type: z.literal('webhook.challenge'), data: z.object({ challenge: z.string() }) });

export interface ChallengeAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Undefined for what is no challenge. */
export function answerChallenge({
  method,
  headers,
  body,
}: Pick<RecordedRequest, 'method' | 'headers' | 'body'>): ChallengeAnswer | undefined {
  const origin = headers['webhook-request-origin'];
  if (method === 'OPTIONS' && origin !== undefined) {
    return { headers: { 'webhook-allowed-origin': origin }, body: '' };
  }
  if (headers['x-thalian-event'] !== 'webhook.challenge') {
    return undefined;
  }
  const parsed = challengeSchema.safeParse(jsonOf(body));
  return parsed.success ? { headers: { 'content-type': 'text/plain' }, body: parsed.data.data.challenge } : undefined;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
