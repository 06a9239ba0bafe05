/** The tenants' webhooks: their settings, changed by people, and their health, noted by the sender. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { DisableReason, HealthEvent, Webhook } from './webhook.ts';

export type WriteOutcome = 'written' | 'conflict';

export interface WebhookDirectory {
  /** All webhooks of a tenant, whatever their number. Strongly consistent. */
  list(tenantId: TenantId): Promise<readonly Webhook[]>;
}

export interface WebhookStore extends WebhookDirectory {
  find(tenantId: TenantId, webhookId: WebhookId): Promise<Webhook | undefined>;

  /** `conflict` if the id is taken. */
  add(tenantId: TenantId, webhook: Webhook): Promise<WriteOutcome>;

  /**
   * Writes the settings of `after` if the stored revision is still `before`'s. What the sender writes too stays as it is
   * stored unless this change is about it: health is written only where it is reset; the state only where it changes, and
   * then only if it is still `before`'s.
   */
  replace(tenantId: TenantId, before: Webhook, after: Webhook): Promise<WriteOutcome>;

  /** Only if the stored revision is still this one's. */
  remove(tenantId: TenantId, webhook: Webhook): Promise<WriteOutcome>;
}

export interface WebhookHealthNotes {
  /** Counts stay within the domain's bounds; a webhook that is gone is left alone. */
  note(tenantId: TenantId, webhookId: WebhookId, event: HealthEvent, nowMillis: number): Promise<void>;

  /** Only from enabled: what a person decided in the meantime stays. True if this call disabled it. */
  disable(tenantId: TenantId, webhookId: WebhookId, reason: DisableReason): Promise<boolean>;
}
