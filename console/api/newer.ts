/** Of two readings the newer: whatever the order in which they arrive, a page never goes back. */
import type { WebhookList, WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';

/** Settings go by the revision, the health by the moment at which the log was read. */
export function newerWebhook(known: WebhookResponse | undefined, read: WebhookResponse): WebhookResponse {
  if (known === undefined) {
    return read;
  }
  const settings = known.revision > read.revision ? known : read;
  const health = isLater(known.health.asOf, read.health.asOf) ? known.health : read.health;
  return { ...settings, health };
}

export function newerList(known: WebhookList | undefined, read: WebhookList): WebhookList {
  const byId = new Map(known?.webhooks.map((webhook) => [webhook.id, webhook]));
  return { ...read, webhooks: read.webhooks.map((webhook) => newerWebhook(byId.get(webhook.id), webhook)) };
}

export function newerReading<Reading extends { readonly asOf?: string | undefined }>(
  known: Reading | undefined,
  read: Reading,
): Reading {
  return known !== undefined && isLater(known.asOf, read.asOf) ? known : read;
}

/** Instants of the API have one length, so their texts are in the order of time. */
function isLater(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a > b;
}
