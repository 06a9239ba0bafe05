import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { DigestMembers } from '../../shared/delivery/digest-members.port.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { MemoryDeliveryLog } from './memory-delivery-log.ts';

/** Reads through the in-memory log, and lags behind it where a test says so. */
export class MemoryDigestMembers implements DigestMembers {
  readonly log: MemoryDeliveryLog;
  /** Deliveries that the index does not show yet. */
  readonly unseen = new Set<DeliveryId>();
  /** How often it was asked. */
  calls = 0;

  constructor(log: MemoryDeliveryLog) {
    this.log = log;
  }

  async list(tenantId: TenantId, webhookId: WebhookId, digestId: DeliveryId, limit: number) {
    this.calls += 1;
    return [...this.log.rows.values()]
      .filter((row) => row.tenantId === tenantId && row.webhookId === webhookId)
      .filter((row) => row.status === 'pending' && row.digestId === digestId)
      .map(({ deliveryId }) => deliveryId)
      .filter((id) => !this.unseen.has(id))
      .slice(0, limit);
  }

  async read(tenantId: TenantId, webhookId: WebhookId, ids: readonly DeliveryId[]): Promise<readonly DeliveryRow[]> {
    this.calls += 1;
    return ids
      .map((deliveryId) => this.log.row({ tenantId, webhookId, deliveryId }))
      .filter((row) => row !== undefined);
  }
}
