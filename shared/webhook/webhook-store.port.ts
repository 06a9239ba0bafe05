/** The tenants' webhooks. People change their settings, the sender their health and state. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { TurnChange } from './retry-line.ts';
import type { Webhook } from './webhook.ts';
import type { WebhookUpdate } from './webhook-update.ts';

export type WriteOutcome = 'written' | 'conflict';

export interface WebhookDirectory {
  /** All webhooks of a tenant, whatever their number. Strongly consistent. */
  list(tenantId: TenantId): Promise<readonly Webhook[]>;
}

export interface WebhookUpdates {
  /**
   * Makes the update if its condition holds for what is stored, in one step. It never brings a deleted webhook back,
   * whatever the condition says: that is a conflict.
   */
  update(tenantId: TenantId, webhookId: WebhookId, update: WebhookUpdate): Promise<WriteOutcome>;
}

export interface Lines {
  /** The first turn that the change takes, epoch milliseconds; undefined if its condition does not hold, or without a webhook. */
  takeTurn(tenantId: TenantId, webhookId: WebhookId, change: TurnChange): Promise<number | undefined>;
}

export interface WebhookStore extends WebhookDirectory, WebhookUpdates {
  find(tenantId: TenantId, webhookId: WebhookId): Promise<Webhook | undefined>;

  /** `conflict` if the id is taken. */
  add(tenantId: TenantId, webhook: Webhook): Promise<WriteOutcome>;

  /** Only if the stored revision is still this one's. */
  remove(tenantId: TenantId, webhook: Webhook): Promise<WriteOutcome>;
}
