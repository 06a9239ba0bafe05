import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { TurnChange } from '../../shared/webhook/retry-line.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Lines, WebhookStore, WriteOutcome } from '../../shared/webhook/webhook-store.port.ts';
import { applyUpdate, type WebhookUpdate } from '../../shared/webhook/webhook-update.ts';

export class MemoryWebhookStore implements WebhookStore, Lines {
  readonly webhooks = new Map<string, Webhook>();
  /** How often an update was asked for: a healthy webhook must not cost a write. */
  updates = 0;

  constructor(...webhooks: readonly Webhook[]) {
    for (const webhook of webhooks) {
      this.webhooks.set(nameOf(webhook.tenantId, webhook.webhookId), webhook);
    }
  }

  async list(tenantId: TenantId): Promise<readonly Webhook[]> {
    return [...this.webhooks.values()].filter((webhook) => webhook.tenantId === tenantId).map(inAnotherOrder);
  }

  async find(tenantId: TenantId, webhookId: WebhookId): Promise<Webhook | undefined> {
    const stored = this.webhooks.get(nameOf(tenantId, webhookId));
    return stored && inAnotherOrder(stored);
  }

  async add(tenantId: TenantId, webhook: Webhook): Promise<WriteOutcome> {
    const name = nameOf(tenantId, webhook.webhookId);
    if (this.webhooks.has(name)) {
      return 'conflict';
    }
    this.webhooks.set(name, webhook);
    return 'written';
  }

  async update(tenantId: TenantId, webhookId: WebhookId, update: WebhookUpdate): Promise<WriteOutcome> {
    const name = nameOf(tenantId, webhookId);
    const after = applyUpdate(this.webhooks.get(name), update);
    this.updates += 1;
    if (after === undefined) {
      return 'conflict';
    }
    this.webhooks.set(name, after);
    return 'written';
  }

  async takeTurn(tenantId: TenantId, webhookId: WebhookId, change: TurnChange): Promise<number | undefined> {
    const name = nameOf(tenantId, webhookId);
    const { end, to, gapMillis, explainedMillis, when } = change;
    const stored = applyUpdate(this.webhooks.get(name), { when });
    this.updates += 1;
    if (stored === undefined) {
      return undefined;
    }
    const before = end === 'retryTurnAt' ? stored.retryTurnAt : stored.turns?.nextTurnAt;
    const endAt = to.kind === 'begin' ? to.endAt : (before ?? 0) + gapMillis;
    const changed = end === 'retryTurnAt' ? { retryTurnAt: endAt } : { turns: { ...stored.turns, nextTurnAt: endAt } };
    const explained =
      explainedMillis === undefined ? {} : { explainedMillis: (stored.explainedMillis ?? 0) + explainedMillis };
    this.webhooks.set(name, { ...stored, ...changed, ...explained });
    return endAt - gapMillis;
  }

  async remove(tenantId: TenantId, { webhookId, revision }: Webhook): Promise<WriteOutcome> {
    const name = nameOf(tenantId, webhookId);
    if (this.webhooks.get(name)?.revision !== revision) {
      return 'conflict';
    }
    this.webhooks.delete(name);
    return 'written';
  }
}

/** A DynamoDB map has no order: what is read has its members in another one than what was written. */
function inAnotherOrder(webhook: Webhook): Webhook {
  return JSON.parse(JSON.stringify(webhook), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );
}

function nameOf(tenantId: TenantId, webhookId: WebhookId): string {
  return `${tenantId}#${webhookId}`;
}
