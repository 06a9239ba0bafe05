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

export function decide({ result, deliveryId, attempt, attemptLimit, policy, nowMillis }: DecisionInput): Decision {
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
  return asksForPace(result)
    ? { kind: 'retry', at, gapMillis: gapMillis(result.retryAfterMillis) }
    : { kind: 'retry', at };
}

const TOO_MANY_REQUESTS = 429;

/** It is there, and takes no more for now. Other failures say nothing about how many it would take. */
function asksForPace({ cause, retryAfterMillis }: Extract<Result, { kind: 'failure' }>): boolean {
  return retryAfterMillis !== undefined || ('statusCode' in cause && cause.statusCode === TOO_MANY_REQUESTS);
}
