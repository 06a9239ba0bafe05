/** The keys of webhooks in the config table. */
import { parseWebhookId, type TenantId, type WebhookId } from '../runtime/ids.ts';
import { type ItemKey, tenantKey } from '../runtime/keys.dynamo.ts';

export const WEBHOOK_PREFIX = 'WEBHOOK#';

export function webhookKey(tenantId: TenantId, webhookId: WebhookId): ItemKey {
  return { pk: tenantKey(tenantId), sk: WEBHOOK_PREFIX + webhookId };
}

export function webhookIdOfKey(sk: string): WebhookId | undefined {
  return sk.startsWith(WEBHOOK_PREFIX) ? parseWebhookId(sk.slice(WEBHOOK_PREFIX.length)) : undefined;
}
