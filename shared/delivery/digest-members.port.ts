/** The deliveries that wait for a digest. */
import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { DeliveryRow } from './delivery.ts';

export interface DigestMembers {
  /** At most `limit` of those that name the digest. It comes from an index, which lags behind the log in both directions. */
  list(tenantId: TenantId, webhookId: WebhookId, digestId: DeliveryId, limit: number): Promise<readonly DeliveryId[]>;

  /** Their rows, strongly consistent, in any order; up to 50. One that does not exist is left out. */
  read(tenantId: TenantId, webhookId: WebhookId, ids: readonly DeliveryId[]): Promise<readonly DeliveryRow[]>;
}
