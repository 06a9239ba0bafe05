/** The attempt itself, once it may be made and is claimed: the POST, what is decided because of it, and its record. */
import { makeAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import type { RequestInput } from '../../shared/attempt/outgoing-request.schema.ts';
import type { ReadyAttempt } from '../../shared/attempt/send-masked.flow.ts';
import { afterAttempt } from '../../shared/delivery/after-attempt.ts';
import { decideRetry } from '../../shared/delivery/decide-retry.ts';
import type { Attempt, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { rowBefore } from '../../shared/delivery/retry-cycle.ts';
import type { RowChange } from '../../shared/delivery/row-change.ts';
import { hasIssuerResponded } from '../../shared/http/attempt-outcome.ts';
import { CANARY } from '../../shared/topology/canary.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { isFailing } from '../../shared/webhook/webhook-health.ts';
import { attemptedLine } from './attempted-line.ts';
import type { Batch } from './batch.ts';
import { carryOut, type Progress } from './carry-out.ts';
import type { Go } from './its-turn.ts';
import { lineUp } from './line-up.ts';
import type { ReceivedDelivery } from './receive.ts';
import { noticeSlowness } from './slowness.ts';

export interface ClaimedAttempt extends Pick<ReceivedDelivery, 'message' | 'finding' | 'isFirstReceive'> {
  readonly webhook: Webhook;
  readonly ready: ReadyAttempt;
  /** Undefined for a first attempt, which needs no claim. */
  readonly claimed: DeliveryRow | undefined;
  readonly under: Go['under'];
  /** Of a digest or a manifest. */
  readonly inItsPlace?: Pick<RequestInput, 'digest' | 'manifest'>;
}

export async function attemptClaimed(
  batch: Batch,
  { message, finding, isFirstReceive, webhook, ready, claimed, under, inItsPlace }: ClaimedAttempt,
): Promise<Progress> {
  const { attemptLimit } = claimed ?? rowBefore(message, batch.clock.now());
  const slowness = noticeSlowness(batch, webhook);
  const made = await makeAttempt(batch, ready, message, finding, inItsPlace).finally(slowness.stop);
  const { attempt, result, host } = made;
  countFirstAttempt(batch, webhook, attempt);
  const nowMillis = batch.clock.now();
  const decided = decideRetry({
    result,
    deliveryId: message.deliveryId,
    attempt: message.attempt,
    attemptLimit,
    policy: batch.policy,
    nowMillis,
  });
  const decision = await lineUp(batch, { webhook, message, result, decision: decided, ...(under && { under }) });
  batch.telemetry.attempted(attemptedLine(message, attempt, decision, { format: ready.format.id, attemptLimit, host }));
  const { asksToDisable } = result;
  const recorded = { claimed, message, isFirstReceive, webhook, attempt, decision };
  const effects = afterAttempt({ ...recorded, ...(asksToDisable && { asksToDisable }) }, nowMillis);
  return carryOut(batch, effects).finally(slowness.noted);
}

/**
 * The service objective asks whether we reach a receiver that can be reached: any response counts, also one of the token URL
 * without a token, and a webhook that is failing by now says nothing about us. So one dead receiver counts `FAILING_AFTER` times
 * at most, then no longer.
 */
function countFirstAttempt(
  { telemetry }: Batch,
  { tenantId, health }: Webhook,
  { number, statusCode, cause }: Attempt,
): void {
  if (number !== 1 || isFailing(health) || tenantId === CANARY.tenantId) {
    return;
  }
  telemetry.count('first-attempt.made');
  if (statusCode === undefined && !hasIssuerResponded(cause)) {
    telemetry.count('first-attempt.unanswered');
  }
}

/** The row under our lease. Undefined if another worker changed it first. */
export async function writeClaim(batch: Batch, change: RowChange): Promise<DeliveryRow | undefined> {
  const { tenantId, webhookId, deliveryId, lease } = change.row;
  if ((await batch.log.write(tenantId, change)) === 'written') {
    return change.row;
  }
  // The write may have been ours, applied although its first response was lost: then the row carries our lease.
  const stored = await batch.log.find(tenantId, webhookId, deliveryId);
  return stored?.lease === lease ? stored : undefined;
}
