/** What we do next because of a result: done, retry at, or give up. */

import type { DeliveryId } from '../runtime/ids.ts';
import type { FinalReason, Result } from './classify.ts';
import { gapMillis, nextAttemptAt, type RetryPolicy } from './retry-policy.ts';

export type Decision =
  | { readonly kind: 'done' }
  /** With `gapMillis` the receiver has refused it for now: at the next free turn of that length, and not before `at`. */
  | { readonly kind: 'retry'; readonly at: number; readonly gapMillis?: number }
  | { readonly kind: 'give-up'; readonly reason: 'exhausted' | FinalReason };

export interface DecisionInput {
  readonly result: Result;
  readonly deliveryId: DeliveryId;
  /** The attempt just made. */
  readonly attempt: number;
  readonly attemptLimit: number;
  readonly policy: RetryPolicy;
  readonly nowMillis: number;
}

export function decideRetry({ result, deliveryId, attempt, attemptLimit, policy, nowMillis }: DecisionInput): Decision {
  if (result.kind === 'success') {
    return { kind: 'done' };
  }
  if (result.final !== undefined) {
    return { kind: 'give-up', reason: result.final };
  }
  if (attempt >= attemptLimit) {
    return { kind: 'give-up', reason: 'exhausted' };
  }
  const failed = { deliveryId, attempt, attemptLimit };
  const at = nextAttemptAt(policy, failed, nowMillis, result.retryAfterMillis);
  const asked = askedMillis(result);
  return asked === undefined ? { kind: 'retry', at } : { kind: 'retry', at, gapMillis: gapMillis(asked) };
}

const TOO_MANY_REQUESTS = 429;

/**
 * For how long a receiver takes no more, 0 if it does not say. Undefined if it has not refused: other failures say nothing
 * about how many it would take.
 */
export function askedMillis(result: Result): number | undefined {
  if (result.kind === 'success') {
    return undefined;
  }
  const { cause, retryAfterMillis } = result;
  const isTooMany = 'statusCode' in cause && cause.statusCode === TOO_MANY_REQUESTS;
  return retryAfterMillis ?? (isTooMany ? 0 : undefined);
}
