/**
 * A short text that differs when something of a webhook has changed: a setting, its state or health, one of its latest
 * deliveries, or how many have failed or are held. It costs what the health costs, and no finding is read for it.
 */
import { digestOf } from '../../../shared/api/digest.ts';
import type { Health } from '../../../shared/api/webhook-health.schema.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';

/** `asOf` and what is expected are left out: they differ each time. */
export function markOf(read: readonly (readonly [Webhook, Health, string | undefined])[]): string {
  const parts = read.map(([{ webhookId, revision, state, updatedAt }, health, latest]) => {
    const { asOf: _, waiting, ...rest } = health;
    return [webhookId, revision, state, updatedAt, rest, waiting?.count, latest];
  });
  return digestOf(parts);
}
