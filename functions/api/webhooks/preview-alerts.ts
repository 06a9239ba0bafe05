/**
 * What an alert rule would have sent: the webhook's own log, read back, and the rule applied to each finding in it. Findings
 * that the rule in force refuses are not kept, so a wider rule is only counted from below.
 */
import { type AlertPreview, MOST_PREVIEWED, PREVIEW_DAYS } from '../../../shared/api/alert-preview.schema.ts';
import { toInstant } from '../../../shared/api/instant.schema.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { detectedAtOf } from '../../../shared/delivery/delivery-id.ts';
import { parseCanonicalFinding } from '../../../shared/delivery/delivery-message.schema.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import { type AlertRule, isNarrower, refusalOf } from '../../../shared/webhook/alert-rule.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome } from '../outcome.ts';

const PREVIEW_MILLIS = PREVIEW_DAYS * 24 * 60 * 60 * 1000;
const PAGE = 200;

export async function previewAlerts(
  { webhooks, history, clock }: Pick<ApiDependencies, 'webhooks' | 'history' | 'clock'>,
  tenantId: TenantId,
  webhookId: WebhookId,
  rule: AlertRule,
): Promise<Outcome<AlertPreview>> {
  const webhook = await webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return NO_SUCH_WEBHOOK;
  }
  const until = clock.now();
  const since = Math.max(until - PREVIEW_MILLIS, webhook.alertsSince ?? webhook.updatedAt);
  const { rows, from } = await readSince(history, tenantId, webhookId, since);
  const selected = rows.filter((row) => isLetPass(rule, row)).length;
  return done({
    from: toInstant(from),
    until: toInstant(until),
    received: rows.length,
    selected,
    isExact: isNarrower(rule, webhook.alerts),
  });
}

/** The latest deliveries of findings detected since then, and from when on they are all there. */
async function readSince(
  history: ApiDependencies['history'],
  tenantId: TenantId,
  webhookId: WebhookId,
  since: number,
): Promise<{ readonly rows: readonly DeliveryRow[]; readonly from: number }> {
  const rows: DeliveryRow[] = [];
  let after: DeliveryId | undefined;
  do {
    const page = await history.listByDetection(tenantId, webhookId, { limit: PAGE, ...(after && { after }) });
    const recent = page.rows.filter((row) => detectedAt(row) >= since);
    rows.push(...recent);
    after = recent.length < page.rows.length ? undefined : page.next;
  } while (after !== undefined && rows.length < MOST_PREVIEWED);
  const oldest = rows.at(-1);
  return { rows, from: after !== undefined && oldest !== undefined ? detectedAt(oldest) : since };
}

function detectedAt({ deliveryId }: DeliveryRow): number {
  return detectedAtOf(deliveryId) ?? 0;
}

/** A finding that cannot be read back would not be sent either. */
function isLetPass(rule: AlertRule, row: DeliveryRow): boolean {
  const parsed = parseCanonicalFinding(row.finding);
  return parsed.kind === 'parsed' && refusalOf(rule, parsed.finding) === undefined;
}
