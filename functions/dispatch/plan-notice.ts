/** An event of our own that says how a webhook fares: the notice that its tenant gets at another webhook, or none. */
import { noticeFinding } from '../../shared/attempt/notice-finding.ts';
import type { TroubleEvent } from '../../shared/delivery/announced-event.schema.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseCanonicalFinding } from '../../shared/delivery/delivery-message.schema.ts';
import { isNotice } from '../../shared/delivery/may-send.ts';
import { type PlannedDelivery, planNotice } from '../../shared/delivery/plan-deliveries.ts';
import { type TakenNotice, takeNotice } from '../../shared/delivery/take-notice.flow.ts';
import { findWebhook, noticeTarget } from '../../shared/webhook/notice.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { webhookPage } from '../../shared/webhook/webhook-page.ts';
import type { Batch } from './batch.ts';

export async function planNotices(batch: Batch, event: TroubleEvent): Promise<readonly PlannedDelivery[]> {
  const { tenantId } = event;
  // Most webhooks have no target: then this look is all that it costs.
  if (involved(await batch.webhooksOf(tenantId), event) === undefined) {
    return [];
  }
  const taken = await takeNotice(batch, event, {
    look: async () => involved(await batch.webhooks.list(tenantId), event),
    // A notice that fails gives no notice: two webhooks that name each other would go on for ever.
    mayTell: (row) => !isNoticeRow(row),
  });
  return taken === undefined ? [] : [plan(batch, event, taken)];
}

interface Involved {
  readonly webhook: Webhook;
  readonly target: Webhook;
}

function involved(webhooks: readonly Webhook[], { webhookId }: TroubleEvent): Involved | undefined {
  const webhook = findWebhook(webhooks, webhookId);
  const target = webhook && noticeTarget(webhook, webhooks);
  return webhook && target && { webhook, target };
}

function plan(
  { telemetry, consoleUrl }: Batch,
  { tenantId, webhookId, eventId, at }: TroubleEvent,
  { mark: { kind }, found: { webhook, target }, attempt }: TakenNotice<Involved>,
): PlannedDelivery {
  const pageUrl = consoleUrl === undefined ? undefined : webhookPage(consoleUrl, webhookId);
  const notice = noticeFinding({ kind, webhook, event: { id: eventId, at }, attempt, pageUrl });
  telemetry.warn('notice.planned', { tenantId, webhookId, kind, to: target.webhookId });
  return planNotice(target, notice);
}

function isNoticeRow(row: DeliveryRow): boolean {
  const finding = parseCanonicalFinding(row.finding);
  return finding.kind === 'parsed' && isNotice(row, finding.finding, row.deliveryId);
}
