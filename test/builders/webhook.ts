import { parseWebhookId, type WebhookId } from '../../shared/runtime/ids.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { aTenantId } from './finding.ts';

export const CREATED_AT = Date.UTC(2026, 10, 1);

export function aWebhookId(text = 'wh_siem'): WebhookId {
  const id = parseWebhookId(text);
  if (id === undefined) {
    throw new Error(`not a webhook id: ${text}`);
  }
  return id;
}

/** Enabled and healthy, with alerts on for everything and no secret. */
export function aWebhook(overrides: Partial<Webhook> = {}): Webhook {
  return {
    tenantId: aTenantId(),
    webhookId: aWebhookId(),
    name: 'SIEM',
    url: 'https://siem.example/hook',
    format: { id: 'json', options: {} },
    alerts: { enabled: true, minSeverity: 'info' },
    state: { kind: 'enabled' },
    revision: 1,
    health: { failuresInARow: 0, exhaustedCount: 0 },
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    updatedBy: 'jane',
    ...overrides,
  };
}
