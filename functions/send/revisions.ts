/**
 * The step before the claim, for webhooks that chose more than detections: no revision of a finding is posted after a later one
 * was begun, nor while another is under way. Other webhooks go on without a call. What a mark means stands in
 * `shared/delivery/revision-mark.ts`.
 */
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { isManifest } from '../../shared/delivery/manifest-delivery.ts';
import {
  type Beginning,
  beginRevision,
  isRecorded,
  type Obstacle,
  obstacleOf,
  passOverResolution,
} from '../../shared/delivery/revision-mark.ts';
import { afterSuperseded } from '../../shared/delivery/superseded.ts';
import { lifecycleOf } from '../../shared/finding/lifecycle.ts';
import { hasLifecycle } from '../../shared/webhook/chosen-events.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Batch } from './batch.ts';
import { carryOut, type Progress } from './carry-out.ts';
import { MAX_LOOKS } from './looks.ts';
import type { ReceivedDelivery } from './receive.ts';

type Received = Pick<ReceivedDelivery, 'message' | 'finding'>;
type AloneBeginning = Beginning & Pick<Received, 'message'>;

/** Undefined if the attempt may be made. Otherwise no attempt is used up. */
export async function awaitRevision(
  batch: Batch,
  row: DeliveryRow | undefined,
  { message, finding }: Received,
  webhook: Webhook,
): Promise<Progress | undefined> {
  if (!hasLifecycle(webhook) || isManifest(webhook, finding, message.deliveryId)) {
    return undefined;
  }
  const { tenantId, webhookId } = message;
  const beginning: AloneBeginning = {
    message,
    lifecycle: lifecycleOf(message),
    lastAttempt: row?.lastAttempt ?? 0,
    lease: batch.newLease(),
  };
  let endedLease: string | undefined;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const change = beginRevision(beginning, batch.clock.now(), endedLease);
    const outcome = await batch.marks.advance(tenantId, webhookId, finding.id, change);
    if (outcome.kind === 'written') {
      return lookAgainIfRecorded(batch, row, message);
    }
    const obstacle = obstacleOf(outcome.mark, beginning, batch.clock.now());
    if (obstacle.kind === 'ours') {
      return lookAgainIfRecorded(batch, row, message);
    }
    const ended = await meet(batch, row, obstacle, beginning, finding.id);
    if (typeof ended !== 'object' || ended.kind !== 'ended') {
      return ended;
    }
    endedLease = ended.lease;
  }
  return 'return';
}

/**
 * A first attempt has no claim, which would notice that another has made it. Its record would say of this one, too, that it is
 * over.
 */
async function lookAgainIfRecorded(
  batch: Batch,
  row: DeliveryRow | undefined,
  { tenantId, webhookId, deliveryId }: DeliveryMessage,
): Promise<Progress | undefined> {
  const isRecordedNow = row === undefined && (await batch.log.find(tenantId, webhookId, deliveryId)) !== undefined;
  return isRecordedNow ? 'look-again' : undefined;
}

/** The attempt that stood in the way is over: under which lease it was made, if there was one. */
interface Ended {
  readonly kind: 'ended';
  readonly lease?: string;
}

async function meet(
  batch: Batch,
  row: DeliveryRow | undefined,
  obstacle: Exclude<Obstacle, { kind: 'ours' }>,
  { message, lifecycle }: AloneBeginning,
  findingId: string,
): Promise<Progress | Ended> {
  const { tenantId, webhookId } = message;
  switch (obstacle.kind) {
    case 'superseded':
      return carryOut(batch, afterSuperseded(row, message, 'superseded', batch.clock.now()));
    case 'not-detected': {
      const change = passOverResolution(lifecycle, batch.clock.now());
      const outcome = await batch.marks.advance(tenantId, webhookId, findingId, change);
      return outcome.kind === 'written'
        ? carryOut(batch, afterSuperseded(row, message, 'not-detected', batch.clock.now()))
        : { kind: 'ended' };
    }
    case 'under-way': {
      const { deliveryId, attempt, lease } = obstacle;
      const other = await batch.log.find(tenantId, webhookId, deliveryId);
      // It comes back after some seconds, long before the lease of an attempt that is recorded meanwhile would end.
      return isRecorded(other, attempt) ? { kind: 'ended', lease } : 'return';
    }
    case 'none':
      return { kind: 'ended' };
  }
}
