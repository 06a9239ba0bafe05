/** Which webhooks of a tenant get a finding, and by which queue. */

import { canonicalFinding, type Finding } from '../finding/finding.ts';
import { FIRST_DETECTION, lifecycleFields } from '../finding/lifecycle.ts';
import type { TenantId } from '../runtime/ids.ts';
import type { Webhook, WebhookHealth } from '../webhook/webhook.ts';
import { isFailing, isSlow } from '../webhook/webhook-health.ts';
import type { DeliveryMessage } from './delivery.ts';
import { deliveryIdOf } from './delivery-id.ts';
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
    .map((webhook) => ({
      queue: firstAttemptQueue(webhook.health),
      message: {
        tenantId,
        webhookId: webhook.webhookId,
        deliveryId: deliveryIdOf(tenantId, webhook.webhookId, finding.detectedAt, canonical, lifecycle),
        attempt: 1,
        attemptLimit: ATTEMPTS_PER_CYCLE,
        ...lifecycleFields(lifecycle),
        finding: canonical,
      },
    }));
}
