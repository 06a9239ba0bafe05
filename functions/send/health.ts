/** Keeps the webhooks' health up to date over one batch, and writes only where something changed. */

import type { Clock } from '../../shared/runtime/clock.port.ts';
import { type HealthEvent, healthAfter, type Webhook, type WebhookHealth } from '../../shared/webhook/webhook.ts';
import type { WebhookHealthNotes } from '../../shared/webhook/webhook-store.port.ts';

export interface HealthFollowing {
  /** Answers the health before and after, as far as this batch knows it. */
  note(
    webhook: Webhook,
    event: HealthEvent,
  ): Promise<{ readonly before: WebhookHealth; readonly after: WebhookHealth }>;
}

export function followHealth(notes: WebhookHealthNotes, clock: Clock): HealthFollowing {
  // What this batch has noted already: ten successes after a failure are one change, not ten.
  const known = new Map<string, WebhookHealth>();
  return {
    async note(webhook, event) {
      const { tenantId, webhookId } = webhook;
      // Two tenants may have webhooks of the same id.
      const name = `${tenantId}#${webhookId}`;
      const before = known.get(name) ?? webhook.health;
      const after = healthAfter(before, event, clock.now());
      if (after !== before) {
        known.set(name, after);
        await notes.note(tenantId, webhookId, event, clock.now());
      }
      return { before, after };
    },
  };
}
