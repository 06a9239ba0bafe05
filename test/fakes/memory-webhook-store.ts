import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import {
  type DisableReason,
  disableWebhook,
  type HealthEvent,
  healthAfter,
  type Webhook,
} from '../../shared/webhook/webhook.ts';
import type { WebhookHealthNotes, WebhookStore, WriteOutcome } from '../../shared/webhook/webhook-store.port.ts';

export class MemoryWebhookStore implements WebhookStore, WebhookHealthNotes {
  readonly webhooks = new Map<string, Webhook>();
  /** How often health was written: a healthy webhook must not cost a write. */
  healthWrites = 0;

  constructor(...webhooks: readonly Webhook[]) {
    for (const webhook of webhooks) {
      this.webhooks.set(nameOf(webhook.tenantId, webhook.webhookId), webhook);
    }
  }

  async list(tenantId: TenantId): Promise<readonly Webhook[]> {
    return [...this.webhooks.values()].filter((webhook) => webhook.tenantId === tenantId);
  }

  async find(tenantId: TenantId, webhookId: WebhookId): Promise<Webhook | undefined> {
    return this.webhooks.get(nameOf(tenantId, webhookId));
  }

  async add(tenantId: TenantId, webhook: Webhook): Promise<WriteOutcome> {
    const name = nameOf(tenantId, webhook.webhookId);
    if (this.webhooks.has(name)) {
      return 'conflict';
    }
    this.webhooks.set(name, webhook);
    return 'written';
  }

  async replace(tenantId: TenantId, before: Webhook, after: Webhook): Promise<WriteOutcome> {
    const name = nameOf(tenantId, after.webhookId);
    const stored = this.webhooks.get(name);
    const changesState = after.state !== before.state;
    if (stored?.revision !== before.revision || (changesState && stored.state.kind !== before.state.kind)) {
      return 'conflict';
    }
    const resetsHealth = after.health !== before.health;
    this.webhooks.set(name, {
      ...after,
      health: resetsHealth ? after.health : stored.health,
      state: changesState ? after.state : stored.state,
    });
    return 'written';
  }

  async remove(tenantId: TenantId, { webhookId, revision }: Webhook): Promise<WriteOutcome> {
    const name = nameOf(tenantId, webhookId);
    if (this.webhooks.get(name)?.revision !== revision) {
      return 'conflict';
    }
    this.webhooks.delete(name);
    return 'written';
  }

  async note(tenantId: TenantId, webhookId: WebhookId, event: HealthEvent, nowMillis: number): Promise<void> {
    const name = nameOf(tenantId, webhookId);
    const stored = this.webhooks.get(name);
    this.healthWrites += 1;
    if (stored !== undefined) {
      this.webhooks.set(name, { ...stored, health: healthAfter(stored.health, event, nowMillis) });
    }
  }

  async disable(tenantId: TenantId, webhookId: WebhookId, reason: DisableReason): Promise<boolean> {
    const name = nameOf(tenantId, webhookId);
    const stored = this.webhooks.get(name);
    if (stored === undefined) {
      return false;
    }
    const disabled = disableWebhook(stored, reason);
    this.webhooks.set(name, disabled);
    return disabled !== stored;
  }
}

function nameOf(tenantId: TenantId, webhookId: WebhookId): string {
  return `${tenantId}#${webhookId}`;
}
