/** What the reconciler looks after, by the delivery log's due index: silent deliveries, and webhooks that chose manifests. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { DeliveryKey } from './batch-reader.port.ts';

export interface WebhookKey {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
}

export interface Due {
  /** Their chain has been silent for too long. */
  readonly deliveries: readonly DeliveryKey[];
  /** A manifest of theirs may have to be made. */
  readonly schedules: readonly WebhookKey[];
}

export interface DueDeliveries {
  /**
   * At most `limit` of those due at `nowMillis`, the longest due of each shard first. The index lags behind the log: a
   * key may be of an item that has moved on.
   */
  list(nowMillis: number, limit: number): Promise<Due>;
}
