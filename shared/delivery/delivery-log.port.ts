/** The record of every delivery. All reads are strongly consistent. */

import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { WriteOutcome } from '../webhook/webhook-store.port.ts';
import type { DeliveryRow } from './delivery.ts';
import type { RowChange } from './row-change.ts';

export interface DeliveryLog {
  find(tenantId: TenantId, webhookId: WebhookId, deliveryId: DeliveryId): Promise<DeliveryRow | undefined>;

  /** Writes the row if its condition holds for what is stored, in one step; `conflict` if it does not. */
  write(tenantId: TenantId, change: RowChange): Promise<WriteOutcome>;

  /**
   * Writes rows of any tenants as they are, whatever was stored: only for first successes that were read as absent. Gives
   * the ids that were *not* written. When it rejects, some may have been written all the same.
   */
  putAll(rows: readonly DeliveryRow[]): Promise<ReadonlySet<DeliveryId>>;
}
