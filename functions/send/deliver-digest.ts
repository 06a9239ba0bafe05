/**
 * An attempt of a digest: permission, turn and budget as for any delivery; then which findings it is about, one claim that names
 * them, and one POST for all.
 */
import { prepareAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import type { ReadyAttempt } from '../../shared/attempt/send-masked.flow.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { claimDigest, type DigestEnd, endDigest, leaveOut } from '../../shared/delivery/digest.ts';
import { mayDigest } from '../../shared/delivery/may-send.ts';
import { digestContent, digestTitle } from '../../shared/finding/digest-content.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { webhookPage } from '../../shared/webhook/webhook-page.ts';
import { attemptClaimed, writeClaim } from './attempt-claimed.ts';
import type { Batch } from './batch.ts';
import { carryOut, type Progress } from './carry-out.ts';
import { type Chosen, chooseMembers } from './choose-members.ts';
import { waitForBudget } from './failing-budget.ts';
import { type Go, itsTurn } from './its-turn.ts';
import type { ReceivedDelivery } from './receive.ts';
import { inParts, recordOutcome } from './settle-members.ts';

export async function attemptDigest(
  batch: Batch,
  row: DeliveryRow,
  received: ReceivedDelivery,
  webhook: Webhook | undefined,
): Promise<Progress> {
  const permission = mayDigest(webhook);
  if (permission.kind !== 'send') {
    return end(batch, row, permission.kind === 'hold' ? 'webhook-disabled' : permission.reason);
  }
  const its = await itsTurn(batch, row, received, permission.webhook);
  if (typeof its !== 'object' || its.kind !== 'go') {
    return its;
  }
  const waits = await waitForBudget(batch, row, received, permission.webhook);
  if (waits !== undefined) {
    return waits;
  }
  const ready = await prepareAttempt(batch, permission.webhook);
  if (batch.isShortOfTime()) {
    return 'return';
  }
  const chosen = await chooseMembers(batch, row, received.message, permission.webhook);
  return chosen === 'return' ? 'return' : tryChosen(batch, row, received, ready, chosen, its);
}

async function tryChosen(
  batch: Batch,
  row: DeliveryRow,
  received: ReceivedDelivery,
  ready: ReadyAttempt,
  { entries, leftOut }: Chosen,
  { under }: Go,
): Promise<Progress> {
  const { webhook } = ready;
  const [anyLeftOut] = leftOut;
  if (entries.length === 0) {
    return end(batch, row, anyLeftOut?.reason ?? 'superseded', leftOut);
  }
  const { consoleUrl } = batch;
  const pageUrl = consoleUrl === undefined ? undefined : webhookPage(consoleUrl, webhook.webhookId);
  const digest = digestContent(entries, row.digestEndsAt ?? 0, pageUrl);
  const ids = entries.map(({ deliveryId }) => deliveryId).sort();
  const change = claimDigest(row, received.message, ids, digestTitle(digest), batch.newLease(), batch.clock.now());
  const claimed = await writeClaim(batch, change);
  if (claimed === undefined) {
    return 'look-again';
  }
  // After the claim: it alone says who is in the message, and what another worker has chosen must not be cancelled.
  await cancelLeftOut(batch, row, leftOut);
  if (batch.isShortOfTime()) {
    return claimed.leaseUntil === undefined ? 'return' : { kind: 'return-until', notBefore: claimed.leaseUntil };
  }
  return attemptClaimed(batch, { ...received, webhook, ready, claimed, under, inItsPlace: { digest } });
}

async function end(
  batch: Batch,
  row: DeliveryRow,
  reason: DigestEnd,
  leftOut: Chosen['leftOut'] = [],
): Promise<Progress> {
  const change = endDigest(row, reason, batch.clock.now());
  if ((await batch.log.write(row.tenantId, change)) === 'conflict') {
    return 'look-again';
  }
  await cancelLeftOut(batch, row, leftOut);
  return carryOut(batch, [{ kind: 'settle-members', digest: change.row }]);
}

/** Each write is conditional: a delivery whose row has changed meanwhile stays as it is. */
async function cancelLeftOut(batch: Batch, digest: DeliveryRow, leftOut: Chosen['leftOut']): Promise<void> {
  const { tenantId, webhookId } = digest;
  for (const part of inParts(leftOut)) {
    const reasons = new Map(part.map(({ deliveryId, reason }) => [deliveryId, reason]));
    const rows = await batch.digestMembers.read(tenantId, webhookId, [...reasons.keys()]);
    await Promise.all(
      rows.map((row) =>
        recordOutcome(batch, digest, row, (_digest, stored, nowMillis) => {
          const reason = reasons.get(stored.deliveryId);
          return reason && leaveOut(digest, stored, reason, nowMillis);
        }),
      ),
    );
  }
}
