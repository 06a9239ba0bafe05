/** Which webhooks of a tenant get a finding, and by which queue. */

import { type CanonicalFinding, canonicalFinding, type Finding } from '../finding/finding.ts';
import { FIRST_DETECTION, type Lifecycle, lifecycleFields } from '../finding/lifecycle.ts';
import type { DeliveryId, TenantId } from '../runtime/ids.ts';
import type { Pull } from '../webhook/pull.ts';
import type { Webhook, WebhookHealth } from '../webhook/webhook.ts';
import { isFailing, isSlow } from '../webhook/webhook-health.ts';
import type { DeliveryMessage } from './delivery.ts';
import { deliveryIdOf, noticeDeliveryId } from './delivery-id.ts';
import { maySend } from './may-send.ts';
import { ATTEMPTS_PER_CYCLE } from './retry-policy.ts';

/** First attempts to healthy webhooks have a queue of their own, so that a hanging receiver cannot hold them up. */
export type TargetQueue = 'delivery' | 'retry';

/** By behaviour: a batch takes as long as its slowest receiver, so slow and failing ones wait for each other alone. */
export function firstAttemptQueue(health: WebhookHealth): TargetQueue {
  return isFailing(health) || isSlow(health) ? 'retry' : 'delivery';
}

export interface PlannedDelivery {
  readonly queue: TargetQueue;
  readonly message: DeliveryMessage;
  /** Its webhook's: it is listed before it is queued, or instead. */
  readonly pull?: Pull;
}

/** False if its receiver reads it, and is sent nothing. */
export function isSent({ pull }: PlannedDelivery): boolean {
  return pull?.only !== true;
}

/** A disabled webhook's matching findings are planned too: `send` keeps them as held. */
export function planDeliveries(
  tenantId: TenantId,
  finding: Finding,
  webhooks: readonly Webhook[],
  lifecycle = FIRST_DETECTION,
): readonly PlannedDelivery[] {
  const canonical = canonicalFinding(finding);
  return webhooks
    .filter((webhook) => webhook.tenantId === tenantId)
    .filter((webhook) => maySend(webhook, finding, undefined, lifecycle.event).kind !== 'cancel')
    .map((webhook) => {
      const deliveryId = deliveryIdOf(tenantId, webhook.webhookId, finding.detectedAt, canonical, lifecycle);
      return firstAttempt(webhook, deliveryId, canonical, lifecycle);
    });
}

/** For the webhook that gets the notice, whatever its state: `send` keeps it as held, or drops it. */
export function planNotice(target: Webhook, notice: Finding): PlannedDelivery {
  const deliveryId = noticeDeliveryId(target.tenantId, target.webhookId, notice);
  return firstAttempt(target, deliveryId, canonicalFinding(notice), FIRST_DETECTION);
}

function firstAttempt(
  { tenantId, webhookId, health, pull }: Webhook,
  deliveryId: DeliveryId,
  finding: CanonicalFinding,
  lifecycle: Lifecycle,
): PlannedDelivery {
  return {
    queue: firstAttemptQueue(health),
    message: {
      tenantId,
      webhookId,
      deliveryId,
      attempt: 1,
      attemptLimit: ATTEMPTS_PER_CYCLE,
      ...lifecycleFields(lifecycle),
      finding,
    },
    ...(pull && { pull }),
  };
}
