/** How a retry cycle of a delivery begins: with its first message, a claim, a lost row put back, or a person's retry. */
import { lifecycleFields, lifecycleOf } from '../finding/lifecycle.ts';
import { ABSENT } from '../runtime/condition.ts';
import type { DeliveryMessage, DeliveryRow, Reopener } from './delivery.ts';
import { detectedAtOf } from './delivery-id.ts';
import { RECONCILE_AFTER_MILLIS } from './postpone.ts';
import { ATTEMPTS_PER_CYCLE } from './retry-policy.ts';
import { idleAs, type RowChange } from './row-change.ts';

/** Until then a delivery counts as arriving when it was detected, and costs no entry in the index of late ones. */
export const LATE_AFTER_MILLIS = 60 * 60 * 1000;

/** Longer than any attempt (10 s) with its reading and recording, shorter than the visibility timeout (180 s). */
export const LEASE_MILLIS = 35_000;

export const ROW_LIFETIME_DAYS = 30;
const ROW_LIFETIME_SECONDS = ROW_LIFETIME_DAYS * 24 * 60 * 60;

/** The row that a message implies while nothing is recorded: attempt n - 1 was the latest. */
export function rowBefore(message: DeliveryMessage, nowMillis: number): DeliveryRow {
  const { tenantId, webhookId, deliveryId, attempt, attemptLimit, finding, reopen } = message;
  return {
    tenantId,
    webhookId,
    deliveryId,
    status: 'pending',
    lastAttempt: attempt - 1,
    attemptLimit: boundedLimit(attempt, attemptLimit),
    attempts: [],
    finding,
    ...lifecycleFields(lifecycleOf(message)),
    ...(isLate(message, nowMillis) && { arrivedAt: nowMillis }),
    ...(reopen && { reopen }),
    expiresAt: expiryAfter(nowMillis),
  };
}

/** For a message of a later attempt whose row is missing. A worker can then claim the attempt. */
export function restore(message: DeliveryMessage, nowMillis: number): RowChange {
  const row = rowBefore(message, nowMillis);
  return { row: { ...row, reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS }, when: ABSENT };
}

/** Takes the next attempt for one worker. The claim of a failed or held row opens its next retry cycle. */
export function claim(row: DeliveryRow, message: DeliveryMessage, lease: string, nowMillis: number): RowChange {
  const opened = row.status === 'pending' ? alone(row) : reopened(row, message.reopen ?? 'operator', nowMillis);
  return {
    row: { ...opened, lease, leaseUntil: nowMillis + LEASE_MILLIS },
    when: idleAs(row, nowMillis),
  };
}

/** For a person who pressed retry. Undefined unless the delivery is failed or held. */
export function retryByHand(row: DeliveryRow, nowMillis: number): RowChange | undefined {
  if (row.status !== 'failed' && row.status !== 'held') {
    return undefined;
  }
  return {
    row: { ...reopened(row, 'user', nowMillis), nextAttemptAt: nowMillis },
    when: idleAs(row, nowMillis),
  };
}

/** Of its own, whatever digest it was to go with. */
function alone(row: DeliveryRow): DeliveryRow {
  if (row.digestId === undefined) {
    return row;
  }
  const { digestId: _digest, digestEndsAt: _endsAt, ...rest } = row;
  return rest;
}

function isLate({ deliveryId }: DeliveryMessage, nowMillis: number): boolean {
  const detectedAt = detectedAtOf(deliveryId);
  return detectedAt !== undefined && nowMillis - detectedAt > LATE_AFTER_MILLIS;
}

/** A message may ask for less than a retry cycle, never for more: no message can set off endless attempts. */
function boundedLimit(attempt: number, attemptLimit: number): number {
  return Math.min(Math.max(attemptLimit, attempt), attempt - 1 + ATTEMPTS_PER_CYCLE);
}

export function reopened(row: DeliveryRow, reopen: Reopener, nowMillis: number): DeliveryRow {
  return {
    ...settled(alone(row)),
    status: 'pending',
    attemptLimit: row.lastAttempt + ATTEMPTS_PER_CYCLE,
    reopen,
    reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS,
    expiresAt: expiryAfter(nowMillis),
  };
}

/** Without everything that belongs to a running or an ended retry cycle. */
export function settled(row: DeliveryRow): DeliveryRow {
  const {
    lease: _lease,
    leaseUntil: _leaseUntil,
    nextAttemptAt: _nextAttemptAt,
    waitingSince: _waitingSince,
    explainedBefore: _explainedBefore,
    reconcileAt: _reconcileAt,
    reconciles: _reconciles,
    reopen: _reopen,
    ticketSentAt: _ticketSentAt,
    failedAt: _failedAt,
    reason: _reason,
    ...rest
  } = row;
  return rest;
}

function expiryAfter(nowMillis: number): number {
  return Math.floor(nowMillis / 1000) + ROW_LIFETIME_SECONDS;
}
