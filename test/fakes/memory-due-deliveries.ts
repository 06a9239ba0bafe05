import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { DueDeliveries } from '../../shared/delivery/due-deliveries.port.ts';
import type { MemoryDeliveryLog } from './memory-delivery-log.ts';

/** Reads through the in-memory log, and so never lags behind it. */
export class MemoryDueDeliveries implements DueDeliveries {
  readonly log: MemoryDeliveryLog;

  constructor(log: MemoryDeliveryLog) {
    this.log = log;
  }

  async list(nowMillis: number, limit: number): Promise<readonly DeliveryKey[]> {
    return [...this.log.rows.values()]
      .filter(({ reconcileAt }) => reconcileAt !== undefined && reconcileAt <= nowMillis)
      .sort((a, b) => (a.reconcileAt ?? 0) - (b.reconcileAt ?? 0))
      .slice(0, limit)
      .map(({ tenantId, webhookId, deliveryId }) => ({ tenantId, webhookId, deliveryId }));
  }
}
