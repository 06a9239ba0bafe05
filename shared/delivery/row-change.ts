/**
 * A change of a row, and what it may demand of the stored one: each change brings the next row *and the condition under
 * which the log may write it*, so that no caller can get the guard wrong.
 */
import { ABSENT, all, any, atMost, type Condition, differs, equals, holds, missing } from '../runtime/condition.ts';
import type { DeliveryMessage, DeliveryRow, DeliveryStatus } from './delivery.ts';

/** A claim about the stored row, in terms of its own fields: the log stores them under the same names. */
export type RowCondition = Condition<
  Omit<DeliveryRow, 'tenantId' | 'webhookId' | 'deliveryId' | 'attempts' | 'finding' | 'expiresAt'>
>;

/** The next row, and the condition under which the log may write it. The log checks and writes in one step. */
export interface RowChange {
  readonly row: DeliveryRow;
  readonly when: RowCondition;
}

export function hasLiveLease(row: DeliveryRow, nowMillis: number): boolean {
  return !holds(noLiveLease(nowMillis), row);
}

export function owesRedriveMessage(row: DeliveryRow): boolean {
  return holds(REDRIVE_MESSAGE_OWED, row);
}

export function isDigest({ digestEndsAt, digestId }: DeliveryRow): boolean {
  return digestEndsAt !== undefined && digestId === undefined;
}

/** A digest that has ended, and whose members may not have it on record yet. */
export function owesMembers(row: DeliveryRow): boolean {
  return isDigest(row) && row.status !== 'pending' && row.reconcileAt !== undefined;
}

export const REDRIVE_MESSAGE_OWED = all(
  equals('status', 'failed'),
  equals('reason', 'exhausted'),
  missing('ticketSentAt'),
);

function noLiveLease(nowMillis: number) {
  return any(missing('leaseUntil'), atMost('leaseUntil', nowMillis));
}

/** The row has this status and attempt, and no worker posts for it. */
export function idle(status: DeliveryStatus, lastAttempt: number, nowMillis: number) {
  return all(equals('status', status), equals('lastAttempt', lastAttempt), noLiveLease(nowMillis));
}

/** The limit tells one retry cycle from the next, which may have the same status and attempt. */
export function idleAs({ status, lastAttempt, attemptLimit }: DeliveryRow, nowMillis: number): RowCondition {
  return all(equals('attemptLimit', attemptLimit), idle(status, lastAttempt, nowMillis));
}

export function absentOrIdle({ attempt }: DeliveryMessage, nowMillis: number): RowCondition {
  return any(ABSENT, idle('pending', attempt - 1, nowMillis));
}

export function notDelivered({ lastAttempt }: DeliveryRow): RowCondition {
  return all(differs('status', 'delivered'), equals('lastAttempt', lastAttempt));
}

/** A first attempt is made without a claim. A later one is recorded by the worker that has the lease. */
export function recordedBy(claimed: DeliveryRow | undefined): RowCondition {
  return claimed?.lease === undefined
    ? ABSENT
    : all(equals('status', 'pending'), equals('lease', claimed.lease), equals('lastAttempt', claimed.lastAttempt));
}
