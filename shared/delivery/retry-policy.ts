/** When the next attempt is due. Knows nothing of queues; how a long wait is cut into hops is `hopSeconds`. */
import { createHash } from 'node:crypto';
import type { DeliveryId } from '../runtime/ids.ts';

export interface RetryPolicy {
  readonly baseSeconds: number;
  readonly factor: number;
}

/** One attempt and, as the product promises, up to three retries. */
export const ATTEMPTS_PER_CYCLE = 4;

/** Jitter is only ever added: the promised gap is the least that a receiver gets. */
export const MAX_JITTER = 0.2;

/** A receiver may ask for more time than the policy gives, but not for ever. */
export const MAX_RETRY_AFTER_MILLIS = 6 * 60 * 60 * 1000;

/** A receiver that says when it takes more is taken at its word, and a fifth longer: its clock is not ours. */
export const GAP_FACTOR = 1.2;
const LEAST_GAP_MILLIS = 1_000;

/** SQS delays a message by 900 s at most (SQS quotas). */
export const MAX_HOP_SECONDS = 900;

/** A failed attempt, by its number over the delivery's life and by its position in the retry cycle that ends at the limit. */
export interface FailedAttempt {
  readonly deliveryId: DeliveryId;
  readonly attempt: number;
  readonly attemptLimit: number;
}

/**
 * `base × factor^(n-1)` after the nth failed attempt of a retry cycle, plus up to 20 %; a pure function of delivery and attempt.
 * A re-opened delivery starts its delays afresh: counted over its whole life, the fifth attempt would wait for hours.
 */
export function policyDelayMillis(policy: RetryPolicy, { deliveryId, attempt, attemptLimit }: FailedAttempt): number {
  const positionInCycle = Math.max(1, attempt - (attemptLimit - ATTEMPTS_PER_CYCLE));
  const delaySeconds = policy.baseSeconds * policy.factor ** (positionInCycle - 1);
  return Math.ceil(delaySeconds * 1000 * (1 + MAX_JITTER * jitterFraction(deliveryId, attempt)));
}

/** The policy's delay, lengthened (never shortened) by what the receiver asked for. */
export function nextAttemptAt(
  policy: RetryPolicy,
  failed: FailedAttempt,
  nowMillis: number,
  retryAfterMillis: number | undefined,
): number {
  const asked = Math.min(retryAfterMillis ?? 0, MAX_RETRY_AFTER_MILLIS);
  return nowMillis + Math.max(policyDelayMillis(policy, failed), asked);
}

/** How far apart refused deliveries of a webhook are made again. */
export function gapMillis(retryAfterMillis: number | undefined): number {
  const asked = Math.min(retryAfterMillis ?? 0, MAX_RETRY_AFTER_MILLIS);
  return Math.ceil(GAP_FACTOR * Math.max(LEAST_GAP_MILLIS, asked));
}

/** Without a turn in the line: somewhere in the time that the line would take. */
export function spreadAt(
  dueAt: number,
  { deliveryId, attempt }: Omit<FailedAttempt, 'attemptLimit'>,
  overMillis: number,
) {
  return dueAt + Math.floor(jitterFraction(deliveryId, attempt) * overMillis);
}

/** No wait of 30 years is meant: some receivers state the time of their clock in seconds, or in milliseconds. */
const LEAST_UNIX_SECONDS = 1e9;
const LEAST_UNIX_MILLIS = 1e12;

/** The wait that a `Retry-After` value asks for (RFC 9110, 10.2.3: seconds or a date); undefined if it is neither. */
export function parseRetryAfter(value: string | undefined, nowMillis: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) {
    return millisOfNumber(Number(text), nowMillis);
  }
  // All three HTTP-date forms begin with a day's name; Date.parse alone would also take "2" or "May".
  const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(withZone(text)) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMillis);
}

function millisOfNumber(number: number, nowMillis: number): number {
  if (number < LEAST_UNIX_SECONDS) {
    return Math.ceil(number * 1000);
  }
  return Math.max(0, Math.ceil(number < LEAST_UNIX_MILLIS ? number * 1000 : number) - nowMillis);
}

/** The oldest form, of C's asctime, has no zone and is in UTC. It alone ends in the year. */
function withZone(date: string): string {
  return / \d{4}$/.test(date) ? `${date} GMT` : date;
}

/** Rounded up, so that a message never arrives before its time by rounding. */
export function hopSeconds(dueAtMillis: number, nowMillis: number): number {
  return Math.min(MAX_HOP_SECONDS, Math.max(0, Math.ceil((dueAtMillis - nowMillis) / 1000)));
}

/** 32 bits of a hash: spreads retries of one outage without a random source, so that a replay gives the same times. */
function jitterFraction(deliveryId: DeliveryId, attempt: number): number {
  return createHash('sha256').update(`jitter\n${deliveryId}\n${attempt}`).digest().readUInt32BE(0) / 0xffff_ffff;
}
