/**
 * What a webhook gets in its payload version and in the newest, side by side: of a delivery in its log, or of the sample
 * while there is none. Nothing is sent and nothing is changed.
 */
import type { PayloadPreview } from '../../../shared/api/payload-preview.schema.ts';
import { parseCanonicalFinding } from '../../../shared/delivery/delivery-message.schema.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { FIRST_DETECTION, type Lifecycle, lifecycleOf } from '../../../shared/finding/lifecycle.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import { NEWEST_PAYLOAD_VERSION, payloadVersionOf } from '../../../shared/webhook/payload-version.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { maskedRequest } from '../deliveries/masked-request.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK, type Outcome } from '../outcome.ts';
import { SAMPLE_DELIVERY } from '../sample-delivery.ts';

interface Shown {
  readonly deliveryId: DeliveryId;
  readonly finding: Finding;
  readonly lifecycle: Lifecycle;
  readonly isSample: boolean;
}

type PreviewDependencies = Pick<ApiDependencies, 'webhooks' | 'log' | 'history' | 'clock'>;

/** `deliveryId`: of which the preview is made; else it is the latest of the log. */
export async function previewPayload(
  deps: PreviewDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
  deliveryId: DeliveryId | undefined,
): Promise<Outcome<PayloadPreview>> {
  const webhook = await deps.webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return NO_SUCH_WEBHOOK;
  }
  const shown = await findShown(deps, webhook, deliveryId);
  if (shown === undefined) {
    return NO_SUCH_DELIVERY;
  }
  const { isSample, finding, lifecycle } = shown;
  const requestIn = (payloadVersion: Webhook['payloadVersion'] & number) =>
    maskedRequest({ ...webhook, payloadVersion }, finding, shown.deliveryId, deps.clock.now(), lifecycle);
  const version = payloadVersionOf(webhook);
  const [current, newest] = [requestIn(version), requestIn(NEWEST_PAYLOAD_VERSION)];
  return done({
    isSample,
    ...(!isSample && { deliveryId: shown.deliveryId }),
    current: { version, ...(current && { request: current }) },
    newest: { version: NEWEST_PAYLOAD_VERSION, ...(newest && { request: newest }) },
  });
}

async function findShown(
  { log, history }: PreviewDependencies,
  { tenantId, webhookId }: Webhook,
  deliveryId: DeliveryId | undefined,
): Promise<Shown | undefined> {
  const row =
    deliveryId === undefined
      ? (await history.listByArrival(tenantId, webhookId, { limit: 1 })).rows[0]
      : await log.find(tenantId, webhookId, deliveryId);
  const parsed = row && parseCanonicalFinding(row.finding);
  if (row !== undefined && parsed?.kind === 'parsed') {
    return { deliveryId: row.deliveryId, finding: parsed.finding, lifecycle: lifecycleOf(row), isSample: false };
  }
  return deliveryId === undefined ? { ...SAMPLE_DELIVERY, lifecycle: FIRST_DETECTION, isSample: true } : undefined;
}
