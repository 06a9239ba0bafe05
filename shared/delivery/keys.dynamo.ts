/** The keys of the delivery log and of its indexes, in one file because readers and writers must agree on them. */
import {
  type DeliveryId,
  parseDeliveryId,
  parseTenantId,
  parseWebhookId,
  type TenantId,
  type WebhookId,
} from '../runtime/ids.ts';
import type { ItemKey } from '../runtime/keys.dynamo.ts';
import { EVENTS_ENDING, MANIFESTS_ENDING } from '../topology/tables.ts';
import type { DeliveryKey } from './batch-reader.port.ts';
import type { DeliveryRow, DeliveryStatus } from './delivery.ts';
import { arrivalKeyOf, hashEnd } from './delivery-id.ts';
import type { WebhookKey } from './due-deliveries.port.ts';

/** The reconciler reads this many partitions of the due index, so that a bad hour does not heat a single one. */
export const DUE_SHARDS = 16;

export function logKey(tenantId: TenantId, webhookId: WebhookId): string {
  return `${tenantId}#${webhookId}`;
}

/** What was due to a webhook, for its receiver to read. */
export function eventsKey(tenantId: TenantId, webhookId: WebhookId): string {
  return logKey(tenantId, webhookId) + EVENTS_ENDING;
}

const SCHEDULE = 'schedule';

/** When the next manifest of a webhook is made. It is no delivery's key: versions that know no manifests read over it. */
export function scheduleKey(tenantId: TenantId, webhookId: WebhookId): ItemKey {
  return { pk: logKey(tenantId, webhookId) + MANIFESTS_ENDING, sk: SCHEDULE };
}

/** Undefined for a key that is no schedule's. */
export function parseScheduleKey(item: Readonly<Record<string, unknown>>): WebhookKey | undefined {
  const [tenant = '', webhook = '', ending = ''] = String(item['pk']).split('#');
  const tenantId = parseTenantId(tenant);
  const webhookId = parseWebhookId(webhook);
  return `#${ending}` === MANIFESTS_ENDING && item['sk'] === SCHEDULE
    ? tenantId && webhookId && { tenantId, webhookId }
    : undefined;
}

export function deliveryKey(tenantId: TenantId, webhookId: WebhookId, deliveryId: DeliveryId): ItemKey {
  return { pk: logKey(tenantId, webhookId), sk: deliveryId };
}

/** By status, so that those ones can be counted and listed without reading their rows. `waiting` are pending ones. */
export function attentionKey(tenantId: TenantId, webhookId: WebhookId, status: DeliveryStatus | 'waiting'): string {
  return `${logKey(tenantId, webhookId)}#${status}`;
}

/** The deliveries that wait for a digest. */
export function digestKey(tenantId: TenantId, webhookId: WebhookId, digestId: DeliveryId): string {
  return `${logKey(tenantId, webhookId)}#digest#${digestId}`;
}

/** Undefined for a key that is no delivery's. */
export function parseDeliveryKey(item: Readonly<Record<string, unknown>>): DeliveryKey | undefined {
  const [tenant = '', webhook = ''] = String(item['pk']).split('#');
  const tenantId = parseTenantId(tenant);
  const webhookId = parseWebhookId(webhook);
  const deliveryId = parseDeliveryId(String(item['sk']));
  return tenantId && webhookId && deliveryId && { tenantId, webhookId, deliveryId };
}

/** Few rows have them: an index on what every delivery writes would double the cost of all. */
export function indexAttributes(row: DeliveryRow): {
  readonly attentionOf?: string;
  readonly failedAt?: number;
  readonly dueShard?: number;
  readonly lateOf?: string;
  readonly lateKey?: string;
} {
  const { tenantId, webhookId, deliveryId, status, arrivedAt, failedAt, waitingSince, digestId, digestEndsAt } = row;
  return {
    ...(failedAt !== undefined && { attentionOf: attentionKey(tenantId, webhookId, status) }),
    ...(waitingSince !== undefined && {
      attentionOf: attentionKey(tenantId, webhookId, 'waiting'),
      failedAt: waitingSince,
    }),
    ...(status === 'pending' &&
      digestId !== undefined && {
        attentionOf: digestKey(tenantId, webhookId, digestId),
        failedAt: digestEndsAt ?? 0,
      }),
    ...(row.reconcileAt !== undefined && { dueShard: dueShardOf(deliveryId) }),
    ...(arrivedAt !== undefined && {
      lateOf: logKey(tenantId, webhookId),
      lateKey: arrivalKeyOf(deliveryId, arrivedAt),
    }),
  };
}

/** Ids of webhooks end in what is random; evenly spread is enough. */
export function scheduleShard(webhookId: WebhookId): number {
  return [...webhookId].reduce((sum, character) => sum + character.charCodeAt(0), 0) % DUE_SHARDS;
}

/** Earlier versions chose otherwise: who reads reads all shards, and each write of a row chooses again. */
function dueShardOf(deliveryId: DeliveryId): number {
  return hashEnd(deliveryId) % DUE_SHARDS;
}
