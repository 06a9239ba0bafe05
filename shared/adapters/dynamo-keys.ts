/** The keys of both tables, in one place because readers and writers must agree on them. */
import { createHash } from 'node:crypto';
import type { DeliveryRow, DeliveryStatus } from '../domain/delivery.ts';
import {
  type DeliveryId,
  parseDeliveryId,
  parseTenantId,
  parseWebhookId,
  type TenantId,
  type WebhookId,
} from '../domain/ids.ts';
import type { RequestName } from '../ports/api-records.ts';
import type { DeliveryKey } from '../ports/batch-reader.ts';

const TENANT_PREFIX = 'TENANT#';
export const WEBHOOK_PREFIX = 'WEBHOOK#';

/** The reconciler reads this many partitions of the due index, so that a bad hour does not heat a single one. */
export const DUE_SHARDS = 16;

export function tenantKey(tenantId: TenantId): string {
  return TENANT_PREFIX + tenantId;
}

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** A caller's key may be long and hold anything, so it is hashed. */
export function requestKey(tenantId: TenantId, { route, key }: RequestName): ItemKey {
  const name = createHash('sha256').update(`${route}\n${key}`).digest('base64url');
  return { pk: tenantKey(tenantId), sk: `REQUEST#${name}` };
}

export function testSendsKey(tenantId: TenantId, minute: number): ItemKey {
  return { pk: tenantKey(tenantId), sk: `TEST-SENDS#${minute}` };
}

export function webhookKey(tenantId: TenantId, webhookId: WebhookId): ItemKey {
  return { pk: tenantKey(tenantId), sk: WEBHOOK_PREFIX + webhookId };
}

export function webhookIdOfKey(sk: string): WebhookId | undefined {
  return sk.startsWith(WEBHOOK_PREFIX) ? parseWebhookId(sk.slice(WEBHOOK_PREFIX.length)) : undefined;
}

export function logKey(tenantId: TenantId, webhookId: WebhookId): string {
  return `${tenantId}#${webhookId}`;
}

export function deliveryKey(tenantId: TenantId, webhookId: WebhookId, deliveryId: DeliveryId): ItemKey {
  return { pk: logKey(tenantId, webhookId), sk: deliveryId };
}

/** By status, so that failed and held ones can be counted and listed without reading their rows. */
export function attentionKey(tenantId: TenantId, webhookId: WebhookId, status: DeliveryStatus): string {
  return `${logKey(tenantId, webhookId)}#${status}`;
}

/** Undefined for a key that is no delivery's. */
export function parseDeliveryKey(item: Readonly<Record<string, unknown>>): DeliveryKey | undefined {
  const [tenant = '', webhook = ''] = String(item['pk']).split('#');
  const tenantId = parseTenantId(tenant);
  const webhookId = parseWebhookId(webhook);
  const deliveryId = parseDeliveryId(String(item['sk']));
  return tenantId && webhookId && deliveryId && { tenantId, webhookId, deliveryId };
}

/** Only failing rows have them: an index on what every delivery writes would double the cost of all. */
export function indexAttributes(row: DeliveryRow): { readonly attentionOf?: string; readonly dueShard?: number } {
  return {
    ...(row.failedAt !== undefined && { attentionOf: attentionKey(row.tenantId, row.webhookId, row.status) }),
    ...(row.reconcileAt !== undefined && { dueShard: dueShardOf(row.deliveryId) }),
  };
}

/** By the end of the id, which is part of a hash and so evenly spread. */
function dueShardOf(deliveryId: DeliveryId): number {
  return deliveryId.charCodeAt(deliveryId.length - 1) % DUE_SHARDS;
}
