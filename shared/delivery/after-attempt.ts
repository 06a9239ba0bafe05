/**
 * What follows from an attempt: an ordered list of effects. The order is the protocol (steps 5 and 6 of "Delivery
 * protocol" in `docs/design.md`), because the worker may crash between any two of them. How they are carried out is not
 * known here.
 */
import type { DisableReason, Webhook } from '../webhook/webhook.ts';
import { isSlow, SLOW_AFTER_MILLIS } from '../webhook/webhook-health.ts';
import { announceFailure } from './announcement.ts';
import type { FinalReason } from './classify.ts';
import { continuationEffects } from './continuation.ts';
import type { Decision } from './decide-retry.ts';
import type { Attempt, DeliveryMessage, DeliveryRow } from './delivery.ts';
import { endDigest } from './digest.ts';
import type { Effect } from './effect.ts';
import { recordGivingUp, recordRetry, recordSuccess } from './record-attempt.ts';
import { isDigest, type RowChange } from './row-change.ts';

export interface DecidedAttempt {
  /** The row under our lease; undefined for a first attempt, which is made without a claim. */
  readonly claimed: DeliveryRow | undefined;
  readonly message: DeliveryMessage;
  /** False if this message was handed out before: its outcome may already be on record, or on its way there. */
  readonly isFirstReceive: boolean;
  readonly webhook: Webhook;
  readonly attempt: Attempt;
  readonly decision: Decision;
  /** The receiver asks for no more deliveries. */
  readonly asksToDisable?: true;
}

export function afterAttempt(made: DecidedAttempt, nowMillis: number): readonly Effect[] {
  const effects = afterDecision(made, nowMillis);
  const { asksToDisable, webhook } = made;
  return asksToDisable
    ? [
        // Before the record, as with `gone`. A worker that dies in between leaves a delivery that is held, not a receiver that asks in vain.
        { kind: 'disable-webhook', webhook, reason: 'requested' },
        ...effects,
      ]
    : effects;
}

/** After the record, so that a bus that is down keeps nothing off the log, and before what continues the delivery. */
function announceRequested({ asksToDisable, webhook }: DecidedAttempt): readonly Effect[] {
  return asksToDisable ? [announceDisabled(webhook, 'requested')] : [];
}

function afterDecision(made: DecidedAttempt, nowMillis: number): readonly Effect[] {
  const { decision } = made;
  switch (decision.kind) {
    case 'done':
      return afterSuccess(made, nowMillis);
    case 'retry':
      return afterFailure(made, decision.at, nowMillis);
    case 'give-up':
      return decision.reason === 'exhausted'
        ? afterLastFailure(made, nowMillis)
        : afterFinalResult(made, decision.reason, nowMillis);
  }
}

function afterSuccess(made: DecidedAttempt, nowMillis: number): readonly Effect[] {
  const { claimed, message, isFirstReceive, webhook, attempt } = made;
  const { tenantId, webhookId } = webhook;
  const change = recordSuccess(claimed, message, attempt, nowMillis);
  return [
    claimed === undefined && isFirstReceive
      ? { kind: 'record-first-success', row: change.row }
      : { kind: 'record-success', change, message, attempt },
    ...countAlone(change.row, 'delivery.delivered'),
    { kind: 'note-health', webhook, event: 'succeeded' },
    { kind: 'announce', tenantId, announcement: { kind: 'webhook-recovered', webhookId }, onlyIf: 'recovered' },
    ...notePace(webhook, attempt),
    ...announceRequested(made),
    ...settleMembers(change.row),
  ];
}

function afterFailure(made: DecidedAttempt, retryAt: number, nowMillis: number): readonly Effect[] {
  const { claimed, message, webhook, attempt } = made;
  const change = recordRetry(claimed, message, attempt, retryAt, nowMillis);
  return [
    ...recordFailure(webhook, change, attempt),
    { kind: 'count', metric: 'delivery.retried' },
    ...announceRequested(made),
    ...continuationEffects(change.row),
  ];
}

function afterLastFailure(made: DecidedAttempt, nowMillis: number): readonly Effect[] {
  const { webhook, attempt, asksToDisable } = made;
  const change = giveUp(made, 'exhausted', nowMillis);
  return [
    ...recordFailure(webhook, change, attempt),
    ...countAlone(change.row, 'delivery.failed'),
    { kind: 'note-health', webhook, event: 'exhausted' },
    // One reason is enough, and it is the receiver's.
    ...(asksToDisable ? announceRequested(made) : disableIfFailing(webhook)),
    ...(isDigest(change.row) ? settleMembers(change.row) : continuationEffects(change.row)),
  ];
}

function disableIfFailing(webhook: Webhook): readonly Effect[] {
  return [
    { kind: 'disable-webhook', webhook, reason: 'failing', onlyIf: 'failing-for-long' },
    announceDisabled(webhook, 'failing'),
  ];
}

/** No retry and no redrive message: sending again cannot help. */
function afterFinalResult(made: DecidedAttempt, reason: FinalReason, nowMillis: number): readonly Effect[] {
  const { message, webhook, attempt } = made;
  const change = giveUp(made, reason, nowMillis);
  const { tenantId } = message;
  const ended: readonly Effect[] = isDigest(change.row)
    ? settleMembers(change.row)
    : [{ kind: 'announce', tenantId, announcement: announceFailure(change.row) }];
  if (reason === 'gone') {
    return [
      // Before the record: once the row says "gone", a message that comes back finds nothing left to do.
      { kind: 'disable-webhook', webhook, reason: 'gone' },
      ...recordFailure(webhook, change, attempt),
      ...countAlone(change.row, 'delivery.failed'),
      // After the record: a bus that is down keeps no final result off the log.
      announceDisabled(webhook, 'gone'),
      ...ended,
    ];
  }
  return [
    ...recordFailure(webhook, change, attempt),
    ...countAlone(change.row, 'delivery.failed'),
    { kind: 'count', metric: 'address.refused' },
    ...ended,
  ];
}

function giveUp(
  { claimed, message, attempt }: DecidedAttempt,
  reason: 'exhausted' | FinalReason,
  nowMillis: number,
): RowChange {
  return claimed !== undefined && isDigest(claimed)
    ? endDigest(claimed, reason, nowMillis, attempt)
    : recordGivingUp(claimed, message, attempt, reason, nowMillis);
}

/** Of a digest its members are counted, as they get its outcome. */
function countAlone(row: DeliveryRow, metric: 'delivery.delivered' | 'delivery.failed'): readonly Effect[] {
  return isDigest(row) ? [] : [{ kind: 'count', metric }];
}

function settleMembers(row: DeliveryRow): readonly Effect[] {
  return isDigest(row) ? [{ kind: 'settle-members', digest: row }] : [];
}

/** Health before the continuation: if it cannot be written, the message comes back and continues from the row. */
function recordFailure(webhook: Webhook, change: RowChange, attempt: Attempt): readonly Effect[] {
  return [
    { kind: 'record', change, ifConflict: 'look-again' },
    { kind: 'note-health', webhook, event: 'attempt-failed' },
    ...notePace(webhook, attempt),
  ];
}

/** Slowness is noted while the attempt is under way; here is only the way back, which most webhooks do not need. */
function notePace(webhook: Webhook, { millis }: Attempt): readonly Effect[] {
  return isSlow(webhook.health) && millis < SLOW_AFTER_MILLIS ? [{ kind: 'note-health', webhook, event: 'quick' }] : [];
}

function announceDisabled({ tenantId, webhookId }: Webhook, reason: DisableReason): Effect {
  const announcement = { kind: 'webhook-disabled', webhookId, reason } as const;
  return { kind: 'announce', tenantId, announcement, onlyIf: 'disabled-now' };
}
