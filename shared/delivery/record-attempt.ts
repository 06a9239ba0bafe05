/** What a row becomes with the result of an attempt. Which result it is, `decide-retry.ts` says. */
import { ABSENT } from '../runtime/condition.ts';
import type { FinalReason } from './classify.ts';
import type { Attempt, DeliveryMessage, DeliveryRow } from './delivery.ts';
import { RECONCILE_AFTER_MILLIS } from './postpone.ts';
import { rowBefore, settled } from './retry-cycle.ts';
import { isDigest, notDelivered, type RowChange, recordedBy } from './row-change.ts';

/** A row that is often re-opened would outgrow DynamoDB's 400 KB. Older attempts keep all but what the receiver said. */
const RESPONSES_KEPT = 20;

/** Fifty retries by hand, at 100 to 200 bytes an attempt. The attempts before them are forgotten, not uncounted. */
export const ATTEMPTS_KEPT = 200;

/** `claimed` is the row under our lease. It is undefined for a first attempt, which needs no claim. */
export function recordSuccess(
  claimed: DeliveryRow | undefined,
  message: DeliveryMessage,
  attempt: Attempt,
  nowMillis: number,
): RowChange {
  const row = delivered(claimed ?? rowBefore(message, nowMillis), attempt, nowMillis);
  return { row, when: recordedBy(claimed) };
}

/**
 * For a success whose record met a conflict. The receiver has the finding, so the success overwrites what is recorded. It
 * never lowers the attempt number. Undefined if another success is on record.
 */
export function recordLateSuccess(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  attempt: Attempt,
  nowMillis: number,
): RowChange | undefined {
  if (row === undefined) {
    return { row: delivered(rowBefore(message, nowMillis), attempt, nowMillis), when: ABSENT };
  }
  if (row.status === 'delivered') {
    return undefined;
  }
  const late = attempt.number <= row.lastAttempt ? { ...attempt, duplicate: true as const } : attempt;
  return { row: delivered(row, late, nowMillis), when: notDelivered(row) };
}

export function recordRetry(
  claimed: DeliveryRow | undefined,
  message: DeliveryMessage,
  attempt: Attempt,
  nextAttemptAt: number,
  nowMillis: number,
): RowChange {
  const row = withAttempt(claimed ?? rowBefore(message, nowMillis), attempt);
  return {
    row: { ...row, status: 'pending', nextAttemptAt, reconcileAt: nextAttemptAt + RECONCILE_AFTER_MILLIS },
    when: recordedBy(claimed),
  };
}

/** An exhausted delivery owes a redrive message, which the reconciler checks. A final result owes none. */
export function recordGivingUp(
  claimed: DeliveryRow | undefined,
  message: DeliveryMessage,
  attempt: Attempt,
  reason: 'exhausted' | FinalReason,
  nowMillis: number,
): RowChange {
  const row = settled(withAttempt(claimed ?? rowBefore(message, nowMillis), attempt));
  return {
    row: {
      ...row,
      status: 'failed',
      reason,
      failedAt: nowMillis,
      ...(reason === 'exhausted' && { reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS }),
    },
    when: recordedBy(claimed),
  };
}

/** A digest still owes the record to its members. */
export function delivered(row: DeliveryRow, attempt: Attempt, nowMillis: number): DeliveryRow {
  return {
    ...settled(withAttempt(row, attempt)),
    status: 'delivered',
    ...(isDigest(row) && { reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS }),
  };
}

export function withAttempt(row: DeliveryRow, attempt: Attempt): DeliveryRow {
  const { lease: _lease, leaseUntil: _leaseUntil, reconciles: _reconciles, ...others } = row;
  const { waitingSince: _waited, explainedBefore: _explained, ...rest } = others;
  const attempts = [...row.attempts, attempt].slice(-ATTEMPTS_KEPT);
  const firstWithResponse = attempts.length - RESPONSES_KEPT;
  return {
    ...rest,
    lastAttempt: Math.max(row.lastAttempt, attempt.number),
    attempts: attempts.map((made, index) => (index < firstWithResponse ? withoutResponse(made) : made)),
  };
}

export function withoutResponse(attempt: Attempt): Attempt {
  const { response: _response, location: _location, ...rest } = attempt;
  return rest;
}
