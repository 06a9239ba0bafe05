/**
 * A delivery's row in the log, and every change that may happen to it. Each change is a pure function that gives the
 * next row *and the condition under which it may be written*, so that whoever stores it cannot get the guard wrong.
 * Which change is due is `next-step.ts`.
 */

import type { CanonicalFinding } from '../finding/finding.ts';
import type { NoResponse } from '../http/attempt-outcome.ts';
import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { FinalReason } from './classify.ts';
import { ATTEMPTS_PER_CYCLE } from './retry-policy.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'held' | 'cancelled';

/** Who re-opened a delivery: a person on the card, or the platform team with a ticket. */
export type Reopener = 'user' | 'operator';

export type CancelReason = 'webhook-gone' | 'webhook-paused' | 'alerts-off' | 'below-threshold';
export type StatusReason = CancelReason | 'webhook-disabled' | 'exhausted' | FinalReason;

/** Instants are epoch milliseconds, except `expiresAt`. */
export interface DeliveryRow {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  readonly status: DeliveryStatus;
  /** Why it is cancelled, held or failed. */
  readonly reason?: StatusReason;
  /** The number of the latest recorded attempt; 0 before the first. */
  readonly lastAttempt: number;
  /** The attempt with which the current round ends. The row's is the one that counts, not a message's. */
  readonly attemptLimit: number;
  readonly attempts: readonly Attempt[];
  readonly finding: CanonicalFinding;
  readonly nextAttemptAt?: number;
  /** The token of the worker that is posting now; void from `leaseUntil` on. */
  readonly lease?: string;
  readonly leaseUntil?: number;
  /** Set while a re-opened round runs. */
  readonly reopen?: Reopener;
  /** When the exhausted round's ticket went out; absent on an exhausted row means that it is still owed. */
  readonly ticketSentAt?: number;
  /** When it became failed or held: what the tenant looks failures up by. */
  readonly failedAt?: number;
  /** From when on the reconciler looks after it. */
  readonly reconcileAt?: number;
  /** How often the reconciler has pushed this round on since its last recorded attempt. */
  readonly reconciles?: number;
  /** Epoch seconds: the table's TTL. */
  readonly expiresAt: number;
}

export interface Attempt {
  readonly number: number;
  /** When it began. */
  readonly at: number;
  readonly millis: number;
  readonly statusCode?: number;
  readonly error?: NoResponse;
  /** Of a failed attempt: the first 1 KB of the answer, secrets masked. */
  readonly response?: string;
  /** A success that came in after its number had been recorded by somebody else. */
  readonly duplicate?: true;
}

/** What travels in the queues. */
export interface DeliveryMessage {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  /** The attempt to make, numbered from 1 over the delivery's whole life. */
  readonly attempt: number;
  readonly attemptLimit: number;
  readonly reopen?: Reopener;
  readonly finding: CanonicalFinding;
}

/** Under which state of the stored row a change may be written; checked by the store in the same step. */
export type RowCondition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'absent-or-idle'; readonly lastAttempt: number; readonly nowMillis: number }
  | {
      readonly kind: 'idle';
      readonly status: DeliveryStatus;
      readonly lastAttempt: number;
      /** Tells one round from the next, which may have the same status and attempt. */
      readonly attemptLimit: number;
      readonly nowMillis: number;
    }
  | { readonly kind: 'leased'; readonly lease: string; readonly lastAttempt: number }
  | { readonly kind: 'not-delivered'; readonly lastAttempt: number }
  | { readonly kind: 'redrive-message-owed'; readonly lastAttempt: number }
  | {
      readonly kind: 'due';
      readonly status: DeliveryStatus;
      readonly lastAttempt: number;
      readonly reconcileAt: number;
      readonly nowMillis: number;
    };

export interface RowChange {
  readonly row: DeliveryRow;
  readonly when: RowCondition;
}

/** Longer than any attempt (10 s) with its reading and recording, shorter than the visibility timeout (180 s). */
export const LEASE_MILLIS = 35_000;

/** How long a chain may be silent after its time before the reconciler takes it for lost. */
export const RECONCILE_AFTER_MILLIS = 20 * 60 * 1000;

const ROW_LIFETIME_DAYS = 30;
const ROW_LIFETIME_SECONDS = ROW_LIFETIME_DAYS * 24 * 60 * 60;

/** Doubling stops here: a delivery that nobody can push on is looked at once a day until it expires. */
const MAX_RECONCILE_PAUSE_MILLIS = 24 * 60 * 60 * 1000;

/** Re-opened again and again, a row would outgrow DynamoDB's 400 KB: older attempts keep everything but the answer. */
const RESPONSES_KEPT = 20;

/** The store's side of a condition, in words that a fake can run and an adapter translates. */
export function holds(condition: RowCondition, row: DeliveryRow | undefined): boolean {
  switch (condition.kind) {
    case 'absent':
      return row === undefined;
    case 'absent-or-idle':
      return row === undefined || isIdle(row, 'pending', condition.lastAttempt, condition.nowMillis);
    case 'idle':
      return (
        row?.attemptLimit === condition.attemptLimit &&
        isIdle(row, condition.status, condition.lastAttempt, condition.nowMillis)
      );
    case 'leased':
      return row?.status === 'pending' && row.lease === condition.lease && row.lastAttempt === condition.lastAttempt;
    case 'not-delivered':
      return row !== undefined && row.status !== 'delivered' && row.lastAttempt === condition.lastAttempt;
    case 'redrive-message-owed':
      return row !== undefined && owesRedriveMessage(row) && row.lastAttempt === condition.lastAttempt;
    case 'due':
      return (
        row?.reconcileAt === condition.reconcileAt &&
        isIdle(row, condition.status, condition.lastAttempt, condition.nowMillis)
      );
  }
}

export function hasLiveLease(row: DeliveryRow, nowMillis: number): boolean {
  return row.lease !== undefined && row.leaseUntil !== undefined && nowMillis < row.leaseUntil;
}

export function owesRedriveMessage(row: DeliveryRow): boolean {
  return row.status === 'failed' && row.reason === 'exhausted' && row.ticketSentAt === undefined;
}

/** The row that a message describes before anything of it is recorded: attempt n-1 is the latest there was. */
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
    ...(reopen && { reopen }),
    expiresAt: expiryAfter(nowMillis),
  };
}

/** A message for a later attempt whose row is missing: the row is put back, so that the attempt can be claimed. */
export function restore(message: DeliveryMessage, nowMillis: number): RowChange {
  const row = rowBefore(message, nowMillis);
  return { row: { ...row, reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS }, when: { kind: 'absent' } };
}

export function cancel(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  reason: CancelReason,
  nowMillis: number,
): RowChange {
  const base = settled(row ?? rowBefore(message, nowMillis));
  return { row: { ...base, status: 'cancelled', reason }, when: absentOrIdle(message, nowMillis) };
}

/** Kept for the tenant to retry once the webhook is enabled again. */
export function hold(row: DeliveryRow | undefined, message: DeliveryMessage, nowMillis: number): RowChange {
  const base = settled(row ?? rowBefore(message, nowMillis));
  return {
    row: { ...base, status: 'held', reason: 'webhook-disabled', failedAt: nowMillis },
    when: absentOrIdle(message, nowMillis),
  };
}

/** Takes the next attempt for one worker. Claiming a failed or held row opens its next round. */
export function claim(row: DeliveryRow, message: DeliveryMessage, lease: string, nowMillis: number): RowChange {
  const opened = row.status === 'pending' ? row : reopened(row, message.reopen ?? 'operator', nowMillis);
  return {
    row: { ...opened, lease, leaseUntil: nowMillis + LEASE_MILLIS },
    when: idleAs(row, nowMillis),
  };
}

/** Somebody pressed retry. Only a failed or held delivery can be retried; others give undefined. */
export function retryByHand(row: DeliveryRow, nowMillis: number): RowChange | undefined {
  if (row.status !== 'failed' && row.status !== 'held') {
    return undefined;
  }
  return {
    row: { ...reopened(row, 'user', nowMillis), nextAttemptAt: nowMillis },
    when: idleAs(row, nowMillis),
  };
}

/** `claimed` is the row under our lease; undefined for the first attempt, which is made without a claim. */
export function recordSuccess(
  claimed: DeliveryRow | undefined,
  message: DeliveryMessage,
  attempt: Attempt,
  nowMillis: number,
): RowChange {
  const row = delivered(claimed ?? rowBefore(message, nowMillis), attempt);
  return { row, when: recordedBy(claimed) };
}

/**
 * The row changed under us, but the receiver has the finding: the success overwrites what is recorded and never
 * lowers the attempt number. Undefined if somebody else's success is already there.
 */
export function recordLateSuccess(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  attempt: Attempt,
  nowMillis: number,
): RowChange | undefined {
  if (row === undefined) {
    return { row: delivered(rowBefore(message, nowMillis), attempt), when: { kind: 'absent' } };
  }
  if (row.status === 'delivered') {
    return undefined;
  }
  const late = attempt.number <= row.lastAttempt ? { ...attempt, duplicate: true as const } : attempt;
  return { row: delivered(row, late), when: { kind: 'not-delivered', lastAttempt: row.lastAttempt } };
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

/** An exhausted delivery owes a ticket, which the reconciler will ask for; a final result owes none. */
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

export function markRedriveMessageSent(row: DeliveryRow, nowMillis: number): RowChange {
  const { reconcileAt: _done, reconciles: _count, ...rest } = row;
  return {
    row: { ...rest, ticketSentAt: nowMillis },
    when: { kind: 'redrive-message-owed', lastAttempt: row.lastAttempt },
  };
}

/**
 * Moves the reconciler's next look ahead, before it sends anything: two of them, or a backlog that is merely slow, then
 * multiply no messages. Each further look takes twice as long. Undefined if the row is not for the reconciler now.
 */
export function postpone(row: DeliveryRow, nowMillis: number): RowChange | undefined {
  const { status, lastAttempt, reconcileAt, reconciles = 0 } = row;
  const isUnderWay = status === 'pending' || owesRedriveMessage(row);
  if (!isUnderWay || reconcileAt === undefined || nowMillis < reconcileAt || hasLiveLease(row, nowMillis)) {
    return undefined;
  }
  const pauseMillis = Math.min(RECONCILE_AFTER_MILLIS * 2 ** reconciles, MAX_RECONCILE_PAUSE_MILLIS);
  return {
    row: { ...row, reconcileAt: nowMillis + pauseMillis, reconciles: reconciles + 1 },
    when: { kind: 'due', status, lastAttempt, reconcileAt, nowMillis },
  };
}

/** The message that carries on from what the row says: the attempt after the latest recorded one. */
export function continuationOf(row: DeliveryRow): DeliveryMessage {
  const { tenantId, webhookId, deliveryId, lastAttempt, attemptLimit, finding, reopen } = row;
  return {
    tenantId,
    webhookId,
    deliveryId,
    attempt: lastAttempt + 1,
    attemptLimit,
    ...(reopen && { reopen }),
    finding,
  };
}

/** Fed back to the retry queue, a ticket opens the next round of its delivery. */
export function redriveMessageOf(row: DeliveryRow): DeliveryMessage {
  return { ...continuationOf(row), attemptLimit: row.lastAttempt + ATTEMPTS_PER_CYCLE, reopen: 'operator' };
}

/** A message may ask for less than a round, never for more: what is in a queue must not set off endless attempts. */
function boundedLimit(attempt: number, attemptLimit: number): number {
  return Math.min(Math.max(attemptLimit, attempt), attempt - 1 + ATTEMPTS_PER_CYCLE);
}

function isIdle(row: DeliveryRow, status: DeliveryStatus, lastAttempt: number, nowMillis: number): boolean {
  return row.status === status && row.lastAttempt === lastAttempt && !hasLiveLease(row, nowMillis);
}

function idleAs({ status, lastAttempt, attemptLimit }: DeliveryRow, nowMillis: number): RowCondition {
  return { kind: 'idle', status, lastAttempt, attemptLimit, nowMillis };
}

function absentOrIdle(message: DeliveryMessage, nowMillis: number): RowCondition {
  return { kind: 'absent-or-idle', lastAttempt: message.attempt - 1, nowMillis };
}

function recordedBy(claimed: DeliveryRow | undefined): RowCondition {
  return claimed?.lease === undefined
    ? { kind: 'absent' }
    : { kind: 'leased', lease: claimed.lease, lastAttempt: claimed.lastAttempt };
}

function reopened(row: DeliveryRow, reopen: Reopener, nowMillis: number): DeliveryRow {
  return {
    ...settled(row),
    status: 'pending',
    attemptLimit: row.lastAttempt + ATTEMPTS_PER_CYCLE,
    reopen,
    reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS,
    expiresAt: expiryAfter(nowMillis),
  };
}

function delivered(row: DeliveryRow, attempt: Attempt): DeliveryRow {
  return { ...settled(withAttempt(row, attempt)), status: 'delivered' };
}

function withAttempt(row: DeliveryRow, attempt: Attempt): DeliveryRow {
  const { lease: _lease, leaseUntil: _leaseUntil, reconciles: _reconciles, ...rest } = row;
  const attempts = [...row.attempts, attempt];
  const firstWithResponse = attempts.length - RESPONSES_KEPT;
  return {
    ...rest,
    lastAttempt: Math.max(row.lastAttempt, attempt.number),
    attempts: attempts.map((made, index) => (index < firstWithResponse ? withoutResponse(made) : made)),
  };
}

function withoutResponse(attempt: Attempt): Attempt {
  const { response: _response, ...rest } = attempt;
  return rest;
}

/** Without everything that belongs to a running or an ended round. */
function settled(row: DeliveryRow): DeliveryRow {
  const {
    lease: _lease,
    leaseUntil: _leaseUntil,
    nextAttemptAt: _nextAttemptAt,
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
