/** What we do next because of a result: done, retry at, or give up. */

import type { DeliveryId } from '../runtime/ids.ts';
import type { FinalReason, Result } from './classify.ts';
import { nextAttemptAt, type RetryPolicy } from './retry-policy.ts';

export type Decision =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly at: number }
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
  return { kind: 'retry', at: nextAttemptAt(policy, failed, nowMillis, result.retryAfterMillis) };
}
