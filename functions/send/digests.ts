/**
 * A delivery that goes with a digest, before the digest is sent: it joins, waits, and is free again if it was left out. Other
 * webhooks go on without a call. What a digest is stands in `shared/delivery/digest.ts`.
 */
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import {
  digestAfter,
  digestName,
  joinDigest as joining,
  mayJoin,
  membershipOf,
  settleMember,
} from '../../shared/delivery/digest.ts';
import { isNotice } from '../../shared/delivery/may-send.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { digestMinutes, windowEnd } from '../../shared/webhook/digest-choice.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Batch } from './batch.ts';
import type { Progress } from './carry-out.ts';
import type { ReceivedDelivery } from './receive.ts';
import { recordOutcome } from './settle-members.ts';

/** Of a row that names its digest. The digest is read after that row: what it says of this delivery is for good. */
export async function followDigest(batch: Batch, row: DeliveryRow): Promise<Progress | 'left-out'> {
  const { tenantId, webhookId, deliveryId, digestId, digestEndsAt } = row;
  if (digestId === undefined || digestEndsAt === undefined) {
    return 'left-out';
  }
  const digest = await batch.digests.of({ tenantId, webhookId }, { digestId, endsAt: digestEndsAt });
  switch (membershipOf(digest, deliveryId)) {
    case 'left-out':
      return 'left-out';
    case 'waits':
      return 'acknowledge';
    case 'settles':
      return (await recordOutcome(batch, digest, row, settleMember)) ? 'acknowledge' : 'return';
  }
}

/** Undefined: the delivery goes alone. Otherwise no attempt is used up. */
export async function joinDigest(
  batch: Batch,
  row: DeliveryRow | undefined,
  { message, finding }: Pick<ReceivedDelivery, 'message' | 'finding'>,
  webhook: Webhook,
): Promise<Progress | undefined> {
  const minutes = minutesOf(webhook, finding);
  if (minutes === undefined || !mayJoin(row, message) || isNotice(webhook, finding, message.deliveryId)) {
    return undefined;
  }
  const { tenantId, webhookId } = message;
  const nowMillis = batch.clock.now();
  const isLeftOut = row?.status === 'pending' && row.digestId !== undefined;
  const name = isLeftOut ? digestAfter(row) : digestName(tenantId, webhookId, windowEnd(nowMillis, minutes));
  const change = joining(row, message, name, nowMillis);
  if ((await batch.log.write(tenantId, change)) === 'conflict') {
    return 'look-again';
  }
  const followed = await followDigest(batch, change.row);
  return followed === 'left-out' ? 'look-again' : followed;
}

function minutesOf(webhook: Webhook, finding: Finding): number | undefined {
  const minutes = digestMinutes(webhook, finding);
  return minutes === undefined || findFormat(webhook.format.id)?.renderDigest === undefined ? undefined : minutes;
}
