/** The canary's ids as the rest of the service knows ids. */
import { parseTenantId, parseWebhookId, type TenantId, type WebhookId } from '../../shared/runtime/ids.ts';
import { CANARY } from '../../shared/topology/canary.ts';

export function canaryIds(): { readonly tenantId: TenantId; readonly webhookId: WebhookId } {
  const [tenantId, webhookId] = [parseTenantId(CANARY.tenantId), parseWebhookId(CANARY.webhookId)];
  if (tenantId === undefined || webhookId === undefined) {
    throw new Error('The ids of the canary are no ids.');
  }
  return { tenantId, webhookId };
}
