/**
 * One delivery from its message to its record: looks at the row, takes the step that it asks for, and looks again
 * whenever the row turns out to have changed. The steps and what follows from them are decided in `shared/delivery`.
 */
import { prepareAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import { afterRefusal } from '../../shared/delivery/after-refusal.ts';
import type { BatchReading } from '../../shared/delivery/batch-reader.port.ts';
import { continuationEffects, sendOnEffects } from '../../shared/delivery/continuation.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseCanonicalFinding } from '../../shared/delivery/delivery-message.schema.ts';
import { manifestIn } from '../../shared/delivery/manifest-delivery.schema.ts';
import { maySend } from '../../shared/delivery/may-send.ts';
import { nextStep, type Step } from '../../shared/delivery/next-step.ts';
import { firstAttemptQueue } from '../../shared/delivery/plan-deliveries.ts';
import { claim, restore } from '../../shared/delivery/retry-cycle.ts';
import { isDigest } from '../../shared/delivery/row-change.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { attemptClaimed, writeClaim } from './attempt-claimed.ts';
import type { Batch } from './batch.ts';
import { carryOut, type Disposition, type Progress } from './carry-out.ts';
import { attemptDigest } from './deliver-digest.ts';
import { followDigest, joinDigest } from './digests.ts';
import { waitForBudget } from './failing-budget.ts';
import { type Go, itsTurn } from './its-turn.ts';
import { MAX_LOOKS } from './looks.ts';
import type { ReceivedDelivery } from './receive.ts';
import { awaitRevision } from './revisions.ts';

export async function deliver(batch: Batch, received: ReceivedDelivery, reading: BatchReading): Promise<Disposition> {
  const { tenantId, webhookId, deliveryId } = received.message;
  if (reading.kind === 'unread') {
    batch.telemetry.warn('delivery.unread', { tenantId, deliveryId, because: reading.because });
    return 'return';
  }
  let { row } = reading;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const step = nextStep(row, received.message, batch.clock.now());
    const progress = await take(batch, step, received, reading.webhook);
    if (progress !== 'look-again') {
      return progress;
    }
    row = await batch.log.find(tenantId, webhookId, deliveryId);
  }
  return 'return';
}

async function take(
  batch: Batch,
  step: Step,
  received: ReceivedDelivery,
  webhook: Webhook | undefined,
): Promise<Progress> {
  const { message } = received;
  switch (step.kind) {
    case 'acknowledge':
      return 'acknowledge';
    case 'return':
      if (step.because === 'ahead-of-record') {
        const { tenantId, deliveryId, attempt } = message;
        batch.telemetry.count('delivery.outran-record');
        batch.telemetry.warn('delivery.outran-record', { tenantId, deliveryId, attempt });
        return 'return';
      }
      return { kind: 'return-until', notBefore: step.until };
    case 'continue':
      return carryOut(batch, continuationEffects(step.row));
    case 'settle-members':
      return carryOut(batch, [{ kind: 'settle-members', digest: step.row }]);
    case 'restore':
      await batch.log.write(message.tenantId, restore(message, batch.clock.now()));
      return 'look-again';
    case 'attempt':
      return attemptIfAllowed(batch, step.row, received, webhook);
  }
}

async function attemptIfAllowed(
  batch: Batch,
  row: DeliveryRow | undefined,
  received: ReceivedDelivery,
  webhook: Webhook | undefined,
): Promise<Progress> {
  const { message } = received;
  if (row !== undefined && isDigest(row)) {
    return attemptDigest(batch, row, received, webhook);
  }
  if (row?.status === 'pending' && row.digestId !== undefined) {
    const followed = await followDigest(batch, row);
    if (followed !== 'left-out') {
      return followed;
    }
  }
  // A retry cycle that is under way goes by what opened it; a message that opens one says so itself.
  const reopen = row?.status === 'pending' ? row.reopen : message.reopen;
  const finding = row === undefined ? received.finding : recordedFinding(row, received);
  const permission = maySend(webhook, finding, reopen, message.event, message.deliveryId);
  if (permission.kind !== 'send') {
    return carryOut(batch, afterRefusal(row, message, permission, batch.clock.now()));
  }
  const joined = await joinDigest(batch, row, { ...received, finding }, permission.webhook);
  if (joined !== undefined) {
    return joined;
  }
  // Before the claim and without a row: what is queued leaves the way of others at the cost of one message.
  if (received.queue === 'delivery' && firstAttemptQueue(permission.webhook.health) === 'retry') {
    return carryOut(batch, sendOnEffects(message));
  }
  const its = await itsTurn(batch, row, received, permission.webhook);
  if (typeof its !== 'object' || its.kind !== 'go') {
    return its;
  }
  const waits = await waitForBudget(batch, row, received, permission.webhook);
  return waits ?? tryOnce(batch, row, { ...received, finding }, permission.webhook, its);
}

async function tryOnce(
  batch: Batch,
  row: DeliveryRow | undefined,
  received: ReceivedDelivery,
  webhook: Webhook,
  { under }: Go,
): Promise<Progress> {
  const { message } = received;
  const ready = await prepareAttempt(batch, webhook);
  if (batch.isShortOfTime()) {
    return 'return';
  }
  const overtaken = await awaitRevision(batch, row, received, webhook);
  if (overtaken !== undefined) {
    return overtaken;
  }
  // Before the claim: what cannot be read takes no lease.
  const manifest = manifestIn(row ?? message, received.finding);
  const claimed = row && (await writeClaim(batch, claim(row, message, batch.newLease(), batch.clock.now())));
  if (row !== undefined && claimed === undefined) {
    return 'look-again';
  }
  // The claim itself may have taken seconds. The message comes back once its lease has run out.
  if (batch.isShortOfTime()) {
    return claimed?.leaseUntil === undefined ? 'return' : { kind: 'return-until', notBefore: claimed.leaseUntil };
  }
  return attemptClaimed(batch, {
    ...{ ...received, webhook, ready, claimed, under },
    ...(manifest && { inItsPlace: { manifest } }),
  });
}

/** All attempts of a delivery send the finding that the log has, whatever happened to the message on its way. */
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
