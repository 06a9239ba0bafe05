/** Deliveries whose chain has been silent for too long, found by the delivery log's due index. */
import type { DeliveryKey } from './batch-reader.port.ts';

export interface DueDeliveries {
  /**
   * At most `limit` of those due at `nowMillis`, the longest due of each shard first. The index lags behind the log: a
   * key may be of a row that has moved on.
   */
  list(nowMillis: number, limit: number): Promise<readonly DeliveryKey[]>;
}
