/** Keeps the webhooks' health up to date over one batch, and writes only where something changed. */

import type { Fact } from '../../shared/delivery/effect.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import {
  type DisableReason,
  type HealthEvent,
  healthAfter,
  shouldAutoDisable,
  type Webhook,
  type WebhookHealth,
} from '../../shared/webhook/webhook.ts';
import type { WebhookHealthNotes } from '../../shared/webhook/webhook-store.port.ts';

export interface HealthFollowing {
  /** Returns what the event means for the webhook, as far as this batch knows its health. */
  note(webhook: Webhook, event: HealthEvent): Promise<Fact | 'done'>;

  /** `disabled-now` if the webhook was enabled until now. */
  disable(webhook: Webhook, reason: DisableReason): Promise<Fact | 'done'>;
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
      switch (event) {
        case 'succeeded':
          return before.failingSince === undefined ? 'done' : 'recovered';
        case 'attempt-failed':
          return 'done';
        case 'exhausted':
          return shouldAutoDisable(after, clock.now()) ? 'failing-for-long' : 'done';
      }
    },

    async disable({ tenantId, webhookId }, reason) {
      return (await notes.disable(tenantId, webhookId, reason)) ? 'disabled-now' : 'done';
    },
  };
}
