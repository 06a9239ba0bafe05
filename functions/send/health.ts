/** Keeps the webhooks' health up to date over one batch, and writes only where something changed. */

import type { Fact } from '../../shared/delivery/effect.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { DisableReason, Webhook, WebhookHealth } from '../../shared/webhook/webhook.ts';
import { disableOnRequest, disableWebhook } from '../../shared/webhook/webhook-changes.ts';
import { type HealthEvent, healthAfter, noteHealth, shouldAutoDisable } from '../../shared/webhook/webhook-health.ts';
import type { WebhookUpdates } from '../../shared/webhook/webhook-store.port.ts';

export interface HealthFollowing {
  /** Returns what the event means for the webhook, as far as this batch knows its health. */
  note(webhook: Webhook, event: HealthEvent): Promise<Fact | 'done'>;

  /** `disabled-now` if the webhook was enabled until now. */
  disable(webhook: Webhook, reason: DisableReason): Promise<Fact | 'done'>;
}

export function followHealth(webhooks: WebhookUpdates, clock: Clock): HealthFollowing {
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
        // A conflict means that there is nothing to note: the count is at its bound, or the webhook is deleted.
        await webhooks.update(tenantId, webhookId, noteHealth(event, clock.now()));
      }
      switch (event) {
        case 'succeeded':
          return before.failingSince === undefined ? 'done' : 'recovered';
        case 'attempt-failed':
        case 'slow':
        case 'quick':
          return 'done';
        case 'exhausted':
          return shouldAutoDisable(after, clock.now()) ? 'failing-for-long' : 'done';
      }
    },

    async disable(webhook, reason) {
      const { tenantId, webhookId } = webhook;
      const update = reason === 'requested' ? disableOnRequest(webhook) : disableWebhook(reason);
      const outcome = await webhooks.update(tenantId, webhookId, update);
      return outcome === 'written' ? 'disabled-now' : 'done';
    },
  };
}
