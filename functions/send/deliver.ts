/**
 * One delivery from its message to its record: looks at the row, takes the step it asks for, and whenever the row
 * turns out to have changed looks again. What the steps are is the domain's; the order of effects is decided here.
 */
import { makeAttempt, prepareAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import { announceFailure } from '../../shared/delivery/announcement.ts';
import type { BatchReading } from '../../shared/delivery/batch-reader.port.ts';
import { type Decision, decide } from '../../shared/delivery/decide.ts';
import {
  type Attempt,
  cancel,
  claim,
  continuationOf,
  type DeliveryMessage,
  type DeliveryRow,
  hold,
  markRedriveMessageSent,
  recordGivingUp,
  recordLateSuccess,
  recordRetry,
  recordSuccess,
  redriveMessageOf,
  restore,
  rowBefore,
} from '../../shared/delivery/delivery.ts';
import { parseCanonicalFinding } from '../../shared/delivery/delivery-message.schema.ts';
import { maySend, type Permission } from '../../shared/delivery/may-send.ts';
import { nextStep, type Step } from '../../shared/delivery/next-step.ts';
import { hopSeconds } from '../../shared/delivery/retry-policy.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import type { AttemptedLine } from '../../shared/runtime/telemetry.port.ts';
import { type DisableReason, shouldAutoDisable, type Webhook } from '../../shared/webhook/webhook.ts';
import type { Invocation, SendDependencies } from './dependencies.ts';
import type { Slot } from './first-successes.ts';
import type { HealthFollowing } from './health.ts';

/** `return` leaves the message on the queue. */
export type Disposition = 'acknowledge' | 'return';

export interface ReceivedDelivery {
  readonly message: DeliveryMessage;
  readonly finding: Finding;
  /** False if this message was handed out before: its outcome may already be on record, or on its way there. */
  readonly isFirstReceive: boolean;
}

/** The attempt's 10 s, and 5 s to record the outcome: an attempt begun with less could end unrecorded. */
const MIN_REMAINING_MILLIS = 15_000;

/** Each look follows a change by somebody else; after so many the queue's own pause serves better. */
const MAX_LOOKS = 5;

/** What came of one step: a verdict, or a reason to look at the row again. */
type Progress = Disposition | 'look-again';

/** An attempt that was made, to be recorded. `claimed` is the row under our lease, if it had to be claimed. */
interface Made {
  readonly webhook: Webhook;
  readonly claimed: DeliveryRow | undefined;
  readonly attempt: Attempt;
}

export function createDelivering(deps: SendDependencies, invocation: Invocation) {
  const { log, clock, telemetry } = deps;

  return {
    async deliver(
      received: ReceivedDelivery,
      reading: BatchReading,
      slot: Slot,
      health: HealthFollowing,
    ): Promise<Disposition> {
      const { tenantId, webhookId, deliveryId } = received.message;
      if (reading.kind === 'unread') {
        telemetry.warn('delivery.unread', { tenantId, deliveryId, because: reading.because });
        return 'return';
      }
      let { row } = reading;
      for (let look = 0; look < MAX_LOOKS; look += 1) {
        const step = nextStep(row, received.message, clock.now());
        const progress = await take(step, received, reading.webhook, slot, health);
        if (progress !== 'look-again') {
          return progress;
        }
        row = await log.find(tenantId, webhookId, deliveryId);
      }
      return 'return';
    },
  };

  async function take(
    step: Step,
    received: ReceivedDelivery,
    webhook: Webhook | undefined,
    slot: Slot,
    health: HealthFollowing,
  ): Promise<Progress> {
    const { message } = received;
    switch (step.kind) {
      case 'acknowledge':
        return 'acknowledge';
      case 'return':
        if (step.because === 'ahead-of-record') {
          const { tenantId, deliveryId, attempt } = message;
          telemetry.count('delivery.outran-record');
          telemetry.warn('delivery.outran-record', { tenantId, deliveryId, attempt });
        }
        return 'return';
      case 'enqueue':
        await enqueue(step.message, step.dueAt);
        return 'acknowledge';
      case 'send-redrive-message':
        await sendRedriveMessage(step.row);
        return 'acknowledge';
      case 'restore':
        await log.write(message.tenantId, restore(message, clock.now()));
        return 'look-again';
      case 'attempt': {
        // A round that is under way goes by what opened it; a message that opens one says so itself.
        const reopen = step.row?.status === 'pending' ? step.row.reopen : message.reopen;
        const finding = step.row === undefined ? received.finding : recordedFinding(step.row, received);
        const permission = maySend(webhook, finding.severity.level, reopen);
        return permission.kind === 'send'
          ? tryOnce(step.row, { ...received, finding }, permission.webhook, slot, health)
          : end(step.row, message, permission);
      }
    }
  }

  /**
   * The delivery may not be sent: it ends here, unless it had ended before and somebody wanted it re-opened. He waits for
   * it, and his ticket is used up, so that is said aloud.
   */
  async function end(
    row: DeliveryRow | undefined,
    message: DeliveryMessage,
    permission: Exclude<Permission, { kind: 'send' }>,
  ): Promise<Disposition> {
    if (row !== undefined && row.status !== 'pending') {
      const { tenantId, webhookId, deliveryId, reopen } = message;
      const reason = permission.kind === 'cancel' ? permission.reason : 'webhook-disabled';
      telemetry.count('reopen.refused');
      telemetry.warn('reopen.refused', { tenantId, webhookId, deliveryId, ...(reopen && { reopen }), reason });
      return 'acknowledge';
    }
    const now = clock.now();
    const change =
      permission.kind === 'cancel' ? cancel(row, message, permission.reason, now) : hold(row, message, now);
    if ((await log.write(message.tenantId, change)) === 'conflict') {
      return 'return';
    }
    telemetry.count(permission.kind === 'cancel' ? 'delivery.cancelled' : 'delivery.held');
    return 'acknowledge';
  }

  async function tryOnce(
    row: DeliveryRow | undefined,
    received: ReceivedDelivery,
    webhook: Webhook,
    slot: Slot,
    health: HealthFollowing,
  ): Promise<Progress> {
    const { message } = received;
    const ready = await prepareAttempt(deps, webhook);
    if (isShortOfTime()) {
      return 'return';
    }
    const claimed = row && (await claimRow(row, message));
    if (row !== undefined && claimed === undefined) {
      return 'look-again';
    }
    // The claim itself may have taken seconds. Its lease has run out by the time that the item comes back.
    if (isShortOfTime()) {
      return 'return';
    }
    const { attemptLimit } = claimed ?? rowBefore(message, clock.now());
    const { attempt, result, host } = await makeAttempt(deps, ready, message, received.finding);
    const decision = decide({
      result,
      deliveryId: message.deliveryId,
      attempt: message.attempt,
      attemptLimit,
      policy: deps.policy,
      nowMillis: clock.now(),
    });
    report(message, attempt, decision, { format: ready.format.id, attemptLimit, host });
    const made = { webhook, claimed, attempt };
    return decision.kind === 'done' ? succeed(made, received, slot, health) : fail(made, message, decision, health);
  }

  function isShortOfTime(): boolean {
    return invocation.getRemainingTimeInMillis() < MIN_REMAINING_MILLIS;
  }

  /** Undefined if somebody else changed the row first. */
  async function claimRow(row: DeliveryRow, message: DeliveryMessage): Promise<DeliveryRow | undefined> {
    const lease = deps.newLease();
    const change = claim(row, message, lease, clock.now());
    if ((await log.write(message.tenantId, change)) === 'written') {
      return change.row;
    }
    // The write may have been ours, applied although its first answer was lost: then the row carries our lease.
    const stored = await log.find(row.tenantId, row.webhookId, row.deliveryId);
    return stored?.lease === lease ? stored : undefined;
  }

  async function succeed(
    { webhook, claimed, attempt }: Made,
    { message, isFirstReceive }: ReceivedDelivery,
    slot: Slot,
    health: HealthFollowing,
  ): Promise<Disposition> {
    const change = recordSuccess(claimed, message, attempt, clock.now());
    if (claimed === undefined && isFirstReceive) {
      if (!(await slot.record(change.row))) {
        return 'return';
      }
    } else if ((await log.write(message.tenantId, change)) === 'conflict' && !(await recordLate(message, attempt))) {
      return 'return';
    }
    telemetry.count('delivery.delivered');
    const { before } = await health.note(webhook, 'succeeded');
    if (before.failingSince !== undefined) {
      const { tenantId, webhookId } = webhook;
      await deps.announcer.announce(tenantId, { kind: 'webhook-recovered', webhookId });
    }
    return 'acknowledge';
  }

  /** True once a success is on record, ours or another's. */
  async function recordLate(message: DeliveryMessage, attempt: Attempt): Promise<boolean> {
    const { tenantId, webhookId, deliveryId } = message;
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const row = await log.find(tenantId, webhookId, deliveryId);
      const change = recordLateSuccess(row, message, attempt, clock.now());
      if (change === undefined || (await log.write(tenantId, change)) === 'written') {
        return true;
      }
    }
    return false;
  }

  async function fail(
    { webhook, claimed, attempt }: Made,
    message: DeliveryMessage,
    decision: Exclude<Decision, { kind: 'done' }>,
    health: HealthFollowing,
  ): Promise<Progress> {
    // Before the record: once that says "gone", a message that comes back finds nothing left to do.
    const isGone = decision.kind === 'give-up' && decision.reason === 'gone';
    const isDisabledNow = isGone && (await disable(webhook, 'gone'));
    const now = clock.now();
    const change =
      decision.kind === 'retry'
        ? recordRetry(claimed, message, attempt, decision.at, now)
        : recordGivingUp(claimed, message, attempt, decision.reason, now);
    if ((await log.write(message.tenantId, change)) === 'conflict') {
      return 'look-again';
    }
    // Health before the continuation: if it cannot be written the item comes back and continues from the row.
    await health.note(webhook, 'attempt-failed');
    if (decision.kind === 'retry') {
      telemetry.count('delivery.retried');
      await enqueue(continuationOf(change.row), decision.at);
      return 'acknowledge';
    }
    telemetry.count('delivery.failed');
    if (isDisabledNow) {
      await announceDisabled(webhook, 'gone');
    }
    await giveUp(webhook, change.row, decision.reason, health);
    return 'acknowledge';
  }

  async function giveUp(
    webhook: Webhook,
    row: DeliveryRow,
    reason: Extract<Decision, { kind: 'give-up' }>['reason'],
    health: HealthFollowing,
  ): Promise<void> {
    switch (reason) {
      case 'exhausted': {
        const { after } = await health.note(webhook, 'exhausted');
        if (shouldAutoDisable(after, clock.now()) && (await disable(webhook, 'failing'))) {
          await announceDisabled(webhook, 'failing');
        }
        await sendRedriveMessage(row);
        return;
      }
      case 'gone':
        await deps.announcer.announce(row.tenantId, announceFailure(row));
        return;
      case 'address-refused':
      case 'url-refused':
        telemetry.count('address.refused');
        await deps.announcer.announce(row.tenantId, announceFailure(row));
        return;
    }
  }

  /** True if it was enabled until now. */
  async function disable({ tenantId, webhookId }: Webhook, reason: DisableReason): Promise<boolean> {
    const isDisabledNow = await deps.health.disable(tenantId, webhookId, reason);
    if (isDisabledNow) {
      telemetry.count('webhook.disabled');
      telemetry.warn('webhook.disabled', { tenantId, webhookId, reason });
    }
    return isDisabledNow;
  }

  async function announceDisabled({ tenantId, webhookId }: Webhook, reason: DisableReason): Promise<void> {
    await deps.announcer.announce(tenantId, { kind: 'webhook-disabled', webhookId, reason });
  }

  async function enqueue(message: DeliveryMessage, dueAt: number): Promise<void> {
    await deps.retryQueue.enqueueRetry(message.tenantId, message, hopSeconds(dueAt, clock.now()));
  }

  /** Announced and marked around it: a crash in between sends or says it twice, never not at all. */
  async function sendRedriveMessage(row: DeliveryRow): Promise<void> {
    await deps.announcer.announce(row.tenantId, announceFailure(row));
    await deps.redriveQueue.sendRedriveMessage(row.tenantId, redriveMessageOf(row));
    await log.write(row.tenantId, markRedriveMessageSent(row, clock.now()));
  }

  function report(
    message: DeliveryMessage,
    attempt: Attempt,
    decision: Decision,
    about: Pick<AttemptedLine, 'format' | 'attemptLimit' | 'host'>,
  ): void {
    const { tenantId, webhookId, deliveryId, reopen } = message;
    const { number, millis, statusCode, error } = attempt;
    telemetry.attempted({
      tenantId,
      webhookId,
      deliveryId,
      attempt: number,
      ...about,
      ...(statusCode !== undefined && { statusCode }),
      ...(error !== undefined && { error }),
      millis,
      decision: decision.kind,
      ...(decision.kind === 'give-up' && { reason: decision.reason }),
      ...(decision.kind === 'retry' && { nextAttemptAt: new Date(decision.at).toISOString() }),
      ...(reopen && { reopen }),
    });
  }
}

/** Whatever became of the message on its way: all attempts of one id send the same bytes, and the log has them. */
function recordedFinding(row: DeliveryRow, { message, finding }: ReceivedDelivery): Finding {
  if (row.finding === message.finding) {
    return finding;
  }
  const recorded = parseCanonicalFinding(row.finding);
  if (recorded.kind === 'rejected') {
    throw new Error(`The finding of ${row.deliveryId} in the log cannot be read: ${recorded.reason}`);
  }
  return recorded.finding;
}
