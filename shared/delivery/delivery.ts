/**
 * A delivery's row in the log, and every change that may happen to it. Each change is a pure function. It gives the next
 * row *and the condition under which the log may write it*, so that no caller can get the guard wrong. Which change is
 * due is `next-step.ts`.
 */

import type { CanonicalFinding } from '../finding/finding.ts';
import { type LifecycleFields, lifecycleFields, lifecycleOf } from '../finding/lifecycle.ts';
import type { AttemptCause, NoResponse } from '../http/attempt-outcome.ts';
import { ABSENT, all, any, atMost, type Condition, differs, equals, holds, missing } from '../runtime/condition.ts';
import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { AlertRefusal } from '../webhook/alert-rule.ts';
import type { Turn } from '../webhook/turns.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { FinalReason } from './classify.ts';
import { detectedAtOf } from './delivery-id.ts';
import { ATTEMPTS_PER_CYCLE } from './retry-policy.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'held' | 'cancelled';

/** Who re-opened a delivery: a person on the card, or the platform team with a redrive message. */
export type Reopener = 'user' | 'operator';

/** `superseded`: a later revision was begun. `not-detected`: a resolution of what the webhook never got. */
export type OvertakenReason = 'superseded' | 'not-detected';
/** `event-not-chosen`: the webhook does not want such events (any more). */
export type CancelReason = 'webhook-gone' | 'webhook-paused' | 'event-not-chosen' | AlertRefusal | OvertakenReason;
export type StatusReason = CancelReason | 'webhook-disabled' | 'exhausted' | FinalReason;

/** Instants are epoch milliseconds, except `expiresAt`. */
export interface DeliveryRow extends LifecycleFields {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  readonly status: DeliveryStatus;
  /** Why it is cancelled, held or failed. */
  readonly reason?: StatusReason;
  /** The number of the latest recorded attempt; 0 before the first. */
  readonly lastAttempt: number;
  /** The attempt with which the current retry cycle ends. The row's limit counts, not a message's. */
  readonly attemptLimit: number;
  readonly attempts: readonly Attempt[];
  readonly finding: CanonicalFinding;
  /** When it was first recorded, if that was long after the detection: only then does it differ enough to be kept. */
  readonly arrivedAt?: number;
  readonly nextAttemptAt?: number;
  /** The token of the worker that is posting now; void from `leaseUntil` on. */
  readonly lease?: string;
  readonly leaseUntil?: number;
  /** Set while a re-opened retry cycle runs. */
  readonly reopen?: Reopener;
  /** When the redrive message of the exhausted cycle went out. An exhausted row without it still owes the message. */
  readonly ticketSentAt?: number;
  /** When it became failed or held: what the tenant looks failures up by. */
  readonly failedAt?: number;
  /** Since when the next attempt waits for a turn that is not within reach yet. Every recorded attempt drops it. */
  readonly waitingSince?: number;
  /** What the turns of its webhook accounted for by then (`explainedMillis`); absent: nothing. It goes with `waitingSince`. */
  readonly explainedBefore?: number;
  /** The reconciler looks at the row from then on. */
  readonly reconcileAt?: number;
  /** How often the reconciler has continued this retry cycle since the last recorded attempt. */
  readonly reconciles?: number;
  /** Epoch seconds: the table's TTL. */
  readonly expiresAt: number;
}

/** A delivery as its webhook's health needs it. Instants in epoch milliseconds. */
export interface DetectedDelivery {
  readonly deliveryId: DeliveryId;
  readonly status: DeliveryStatus;
  /** When the latest attempt began. */
  readonly attemptedAt?: number;
  readonly nextAttemptAt?: number;
  readonly waitingSince?: number;
}

export interface Attempt {
  readonly number: number;
  /** When it began. */
  readonly at: number;
  readonly millis: number;
  readonly statusCode?: number;
  readonly error?: NoResponse;
  /** What exactly went wrong, where more is known than status or error say. */
  readonly cause?: AttemptCause;
  /** The technical code to it. */
  readonly code?: string;
  /** Where a redirect leads, secrets masked and without its query. */
  readonly location?: string;
  /** Of a failed attempt: the first 1 KB of the response, secrets masked. */
  readonly response?: string;
  /** A success that arrived after another worker had recorded an attempt of this number. */
  readonly duplicate?: true;
}

/** What travels in the queues. */
export interface DeliveryMessage extends LifecycleFields {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  /** The attempt to make, numbered from 1 over the delivery's whole life. */
  readonly attempt: number;
  readonly attemptLimit: number;
  readonly reopen?: Reopener;
  /** It was in the delivery queue before: the worker that sent it on may have died, and the first message come back. */
  readonly sentOn?: true;
  /** The turn that the attempt waits for. */
  readonly turn?: Turn;
  readonly finding: CanonicalFinding;
}

/** A claim about the stored row, in terms of its own fields: the log stores them under the same names. */
export type RowCondition = Condition<
  Omit<DeliveryRow, 'tenantId' | 'webhookId' | 'deliveryId' | 'attempts' | 'finding' | 'expiresAt'>
>;

/** The next row, and the condition under which the log may write it. The log checks and writes in one step. */
export interface RowChange {
  readonly row: DeliveryRow;
  readonly when: RowCondition;
}

/** Until then a delivery counts as arriving when it was detected, and costs no entry in the index of late ones. */
export const LATE_AFTER_MILLIS = 60 * 60 * 1000;

/** Longer than any attempt (10 s) with its reading and recording, shorter than the visibility timeout (180 s). */
export const LEASE_MILLIS = 35_000;

/** How long a delivery may be overdue before the reconciler takes its message for lost. */
export const RECONCILE_AFTER_MILLIS = 20 * 60 * 1000;

/** A delivery that waits for a turn is looked at again much sooner than this, and its row is written again in time. */
export const WAITING_RECONCILE_AFTER_MILLIS = 4 * 60 * 60 * 1000;
export const WAITING_NOTED_AGAIN_BEFORE_MILLIS = 60 * 60 * 1000;

export const ROW_LIFETIME_DAYS = 30;
const ROW_LIFETIME_SECONDS = ROW_LIFETIME_DAYS * 24 * 60 * 60;

/** Doubling stops here: the reconciler looks at a delivery that cannot continue once a day until its row expires. */
export const MAX_RECONCILE_PAUSE_MILLIS = 24 * 60 * 60 * 1000;

/** A row that is often re-opened would outgrow DynamoDB's 400 KB. Older attempts keep all but what the receiver said. */
const RESPONSES_KEPT = 20;

/** Fifty retries by hand, at 100 to 200 bytes an attempt. The attempts before them are forgotten, not uncounted. */
export const ATTEMPTS_KEPT = 200;

export function hasLiveLease(row: DeliveryRow, nowMillis: number): boolean {
  return !holds(noLiveLease(nowMillis), row);
}

export function owesRedriveMessage(row: DeliveryRow): boolean {
  return holds(REDRIVE_MESSAGE_OWED, row);
}

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

export function cancel(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  reason: CancelReason,
  nowMillis: number,
): RowChange {
  const base = settled(row ?? rowBefore(message, nowMillis));
  return { row: { ...base, status: 'cancelled', reason }, when: absentOrIdle(message, nowMillis) };
}

/** Also of a failed or held delivery that is opened again. */
export function cancelOvertaken(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  reason: OvertakenReason,
  nowMillis: number,
): RowChange {
  const change = cancel(row, message, reason, nowMillis);
  return row === undefined || row.status === 'pending' ? change : { ...change, when: idleAs(row, nowMillis) };
}

/** The tenant can retry it once the webhook is enabled again. */
export function hold(row: DeliveryRow | undefined, message: DeliveryMessage, nowMillis: number): RowChange {
  const base = settled(row ?? rowBefore(message, nowMillis));
  return {
    row: { ...base, status: 'held', reason: 'webhook-disabled', failedAt: nowMillis },
    when: absentOrIdle(message, nowMillis),
  };
}

/** Takes the next attempt for one worker. The claim of a failed or held row opens its next retry cycle. */
export function claim(row: DeliveryRow, message: DeliveryMessage, lease: string, nowMillis: number): RowChange {
  const opened = row.status === 'pending' ? row : reopened(row, message.reopen ?? 'operator', nowMillis);
  return {
    row: { ...opened, lease, leaseUntil: nowMillis + LEASE_MILLIS },
    when: idleAs(row, nowMillis),
  };
}

/**
 * For a message whose turn is not within reach: without a row that says so, the reconciler would take it for lost. A failed
 * or held row opens with it, as with a claim. Undefined if the row says it well enough.
 */
export function noteWaiting(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  { explainedMillis }: Pick<Webhook, 'explainedMillis'>,
  nowMillis: number,
): RowChange | undefined {
  const { waitingSince = nowMillis, reconcileAt = 0 } = row ?? {};
  const explainedBefore = row?.waitingSince === undefined ? explainedMillis : row.explainedBefore;
  if (row?.waitingSince !== undefined && reconcileAt >= nowMillis + WAITING_NOTED_AGAIN_BEFORE_MILLIS) {
    return undefined;
  }
  const before = row ?? rowBefore(message, nowMillis);
  const opened = before.status === 'pending' ? before : reopened(before, message.reopen ?? 'operator', nowMillis);
  return {
    row: {
      ...opened,
      waitingSince,
      ...(explainedBefore !== undefined && { explainedBefore }),
      reconcileAt: nowMillis + WAITING_RECONCILE_AFTER_MILLIS,
    },
    when: row === undefined ? ABSENT : idleAs(row, nowMillis),
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

/** `claimed` is the row under our lease. It is undefined for a first attempt, which needs no claim. */
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
    return { row: delivered(rowBefore(message, nowMillis), attempt), when: ABSENT };
  }
  if (row.status === 'delivered') {
    return undefined;
  }
  const late = attempt.number <= row.lastAttempt ? { ...attempt, duplicate: true as const } : attempt;
  return { row: delivered(row, late), when: notDelivered(row) };
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

export function markRedriveMessageSent(row: DeliveryRow, nowMillis: number): RowChange {
  const { reconcileAt: _done, reconciles: _count, ...rest } = row;
  return {
    row: { ...rest, ticketSentAt: nowMillis },
    when: all(REDRIVE_MESSAGE_OWED, equals('lastAttempt', row.lastAttempt)),
  };
}

/**
 * Moves the reconciler's next look ahead, before it sends anything. Two reconcilers at once, or a slow backlog, then
 * multiply no messages. Each further pause is twice as long. Undefined if the row is not due.
 */
export function postpone(row: DeliveryRow, nowMillis: number): RowChange | undefined {
  const { reconcileAt, reconciles = 0 } = row;
  const isUnderWay = row.status === 'pending' || owesRedriveMessage(row);
  if (!isUnderWay || reconcileAt === undefined || nowMillis < reconcileAt || hasLiveLease(row, nowMillis)) {
    return undefined;
  }
  const pauseMillis = Math.min(RECONCILE_AFTER_MILLIS * 2 ** reconciles, MAX_RECONCILE_PAUSE_MILLIS);
  return {
    row: { ...row, reconcileAt: nowMillis + pauseMillis, reconciles: reconciles + 1 },
    when: all(equals('reconcileAt', reconcileAt), idle(row.status, row.lastAttempt, nowMillis)),
  };
}

/** The message that continues from the row: the attempt after the latest recorded one. */
export function continuationOf(row: DeliveryRow): DeliveryMessage {
  const { tenantId, webhookId, deliveryId, lastAttempt, attemptLimit, finding, reopen } = row;
  return {
    tenantId,
    webhookId,
    deliveryId,
    attempt: lastAttempt + 1,
    attemptLimit,
    ...(reopen && { reopen }),
    ...lifecycleFields(lifecycleOf(row)),
    finding,
  };
}

/** In the retry queue, this message opens the next retry cycle of its delivery. */
export function redriveMessageOf(row: DeliveryRow): DeliveryMessage {
  return { ...continuationOf(row), attemptLimit: row.lastAttempt + ATTEMPTS_PER_CYCLE, reopen: 'operator' };
}

function isLate({ deliveryId }: DeliveryMessage, nowMillis: number): boolean {
  const detectedAt = detectedAtOf(deliveryId);
  return detectedAt !== undefined && nowMillis - detectedAt > LATE_AFTER_MILLIS;
}

/** A message may ask for less than a retry cycle, never for more: no message can set off endless attempts. */
function boundedLimit(attempt: number, attemptLimit: number): number {
  return Math.min(Math.max(attemptLimit, attempt), attempt - 1 + ATTEMPTS_PER_CYCLE);
}

const REDRIVE_MESSAGE_OWED = all(equals('status', 'failed'), equals('reason', 'exhausted'), missing('ticketSentAt'));

function noLiveLease(nowMillis: number) {
  return any(missing('leaseUntil'), atMost('leaseUntil', nowMillis));
}

/** The row has this status and attempt, and no worker posts for it. */
function idle(status: DeliveryStatus, lastAttempt: number, nowMillis: number) {
  return all(equals('status', status), equals('lastAttempt', lastAttempt), noLiveLease(nowMillis));
}

/** The limit tells one retry cycle from the next, which may have the same status and attempt. */
function idleAs({ status, lastAttempt, attemptLimit }: DeliveryRow, nowMillis: number): RowCondition {
  return all(equals('attemptLimit', attemptLimit), idle(status, lastAttempt, nowMillis));
}

function absentOrIdle({ attempt }: DeliveryMessage, nowMillis: number): RowCondition {
  return any(ABSENT, idle('pending', attempt - 1, nowMillis));
}

function notDelivered({ lastAttempt }: DeliveryRow): RowCondition {
  return all(differs('status', 'delivered'), equals('lastAttempt', lastAttempt));
}

/** A first attempt is made without a claim. A later one is recorded by the worker that has the lease. */
function recordedBy(claimed: DeliveryRow | undefined): RowCondition {
  return claimed?.lease === undefined
    ? ABSENT
    : all(equals('status', 'pending'), equals('lease', claimed.lease), equals('lastAttempt', claimed.lastAttempt));
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

function withoutResponse(attempt: Attempt): Attempt {
  const { response: _response, location: _location, ...rest } = attempt;
  return rest;
}

/** Without everything that belongs to a running or an ended retry cycle. */
function settled(row: DeliveryRow): DeliveryRow {
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
