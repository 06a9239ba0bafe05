/** When the reconciler looks at a row, and how it moves its next look. */
import { all, equals } from '../runtime/condition.ts';
import type { DeliveryRow } from './delivery.ts';
import { hasLiveLease, idle, owesMembers, owesRedriveMessage, type RowChange } from './row-change.ts';

/** How long a delivery may be overdue before the reconciler takes its message for lost. */
export const RECONCILE_AFTER_MILLIS = 20 * 60 * 1000;

/** Doubling stops here: the reconciler looks at a delivery that cannot continue once a day until its row expires. */
export const MAX_RECONCILE_PAUSE_MILLIS = 24 * 60 * 60 * 1000;

/**
 * Moves the reconciler's next look ahead, before it sends anything. Two reconcilers at once, or a slow backlog, then
 * multiply no messages. Each further pause is twice as long. Undefined if the row is not due.
 */
export function postpone(row: DeliveryRow, nowMillis: number): RowChange | undefined {
  const { reconcileAt, reconciles = 0 } = row;
  const isUnderWay = row.status === 'pending' || owesRedriveMessage(row) || owesMembers(row);
  if (!isUnderWay || reconcileAt === undefined || nowMillis < reconcileAt || hasLiveLease(row, nowMillis)) {
    return undefined;
  }
  const pauseMillis = Math.min(RECONCILE_AFTER_MILLIS * 2 ** reconciles, MAX_RECONCILE_PAUSE_MILLIS);
  return {
    row: { ...row, reconcileAt: nowMillis + pauseMillis, reconciles: reconciles + 1 },
    when: all(equals('reconcileAt', reconcileAt), idle(row.status, row.lastAttempt, nowMillis)),
  };
}
