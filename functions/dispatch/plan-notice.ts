/**
 * An event of our own that says how a webhook fares: the notice that its tenant gets, or none. The mark is written before the
 * notice is queued, and the event that wrote it is the one that queues it: if this worker dies in between, the event comes back,
 * finds its own mark and queues the same notice, with the same delivery id.
 */
import { noticeFinding } from '../../shared/attempt/notice-finding.ts';
import type { TroubleEvent } from '../../shared/delivery/announced-event.schema.ts';
import type { Attempt, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseCanonicalFinding } from '../../shared/delivery/delivery-message.schema.ts';
import { isNotice } from '../../shared/delivery/may-send.ts';
import { type PlannedDelivery, planNotice } from '../../shared/delivery/plan-deliveries.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import {
  findWebhook,
  NOTICE_LOOKS,
  type NoticeMark,
  noticeDue,
  noticeTarget,
  type Occasion,
} from '../../shared/webhook/notice.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { webhookPage } from '../../shared/webhook/webhook-page.ts';
import type { Batch } from './batch.ts';

export async function planNotices(batch: Batch, event: TroubleEvent): Promise<readonly PlannedDelivery[]> {
  const { tenantId, webhookId } = event;
  const chosen = involved(await batch.webhooksOf(tenantId), event);
  // Most webhooks have no target: then this look is all that it costs.
  if (chosen === undefined) {
    return [];
  }
  for (let look = 0; look < NOTICE_LOOKS; look += 1) {
    const before = await batch.notices.find(tenantId, webhookId);
    // After the mark: what has changed since another wrote it is then seen.
    const now = involved(await batch.webhooks.list(tenantId), event);
    const mark = now && noticeDue(now.webhook, before, occasionOf(event), batch.clock.now());
    if (now === undefined || mark === undefined) {
      return [];
    }
    const row = event.failed && (await batch.log.find(tenantId, webhookId, event.failed.deliveryId));
    // A notice that fails gives no notice: two webhooks that name each other would go on for ever.
    if (row !== undefined && isNoticeRow(row)) {
      return [];
    }
    if (mark === before || (await batch.notices.replace(tenantId, webhookId, before, mark)) === 'written') {
      return [plan(batch, event, mark, now, row?.attempts.at(-1))];
    }
  }
  throw new DependencyUnavailable('config-table', 'note a notice', 'others write the mark again and again');
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
  { kind }: NoticeMark,
  { webhook, target }: Involved,
  attempt: Attempt | undefined,
): PlannedDelivery {
  const pageUrl = consoleUrl === undefined ? undefined : webhookPage(consoleUrl, webhookId);
  const notice = noticeFinding({ kind, webhook, event: { id: eventId, at }, attempt, pageUrl });
  telemetry.warn('notice.planned', { tenantId, webhookId, kind, to: target.webhookId });
  return planNotice(target, notice);
}

function occasionOf({ kind, eventId, failed }: TroubleEvent): Occasion {
  const isRefused = failed?.reason === 'address-refused' || failed?.reason === 'url-refused';
  return { kind, eventId, ...(isRefused && { isRefused }) };
}

function isNoticeRow(row: DeliveryRow): boolean {
  const finding = parseCanonicalFinding(row.finding);
  return finding.kind === 'parsed' && isNotice(row, finding.finding, row.deliveryId);
}
