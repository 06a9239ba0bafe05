/** Keeps the webhooks' health up to date over one batch, and writes only where something changed. */
import type { WebhookId } from '../../shared/domain/ids.ts';
import { type HealthEvent, healthAfter, type Webhook, type WebhookHealth } from '../../shared/domain/webhook.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { WebhookHealthNotes } from '../../shared/ports/webhook-store.ts';

export interface HealthFollowing {
  /** Answers the health before and after, as far as this batch knows it. */
  note(
    webhook: Webhook,
    event: HealthEvent,
  ): Promise<{ readonly before: WebhookHealth; readonly after: WebhookHealth }>;
}

export function followHealth(notes: WebhookHealthNotes, clock: Clock): HealthFollowing {
  // What this batch has noted already: ten successes after a failure are one change, not ten.
  const known = new Map<WebhookId, WebhookHealth>();
  return {
    async note(webhook, event) {
      const { tenantId, webhookId } = webhook;
      const before = known.get(webhookId) ?? webhook.health;
      const after = healthAfter(before, event, clock.now());
      if (after !== before) {
        known.set(webhookId, after);
        await notes.note(tenantId, webhookId, event, clock.now());
      }
      return { before, after };
    },
  };
}
