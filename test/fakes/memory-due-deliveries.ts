import type { Due, DueDeliveries } from '../../shared/delivery/due-deliveries.port.ts';
import type { MemoryDeliveryLog } from './memory-delivery-log.ts';
import { MemoryManifestSchedules } from './memory-manifest-schedules.ts';

/** Reads through the in-memory log and schedules, and so never lags behind them. */
export class MemoryDueDeliveries implements DueDeliveries {
  readonly log: MemoryDeliveryLog;
  readonly schedules: MemoryManifestSchedules;

  constructor(log: MemoryDeliveryLog, schedules = new MemoryManifestSchedules()) {
    this.log = log;
    this.schedules = schedules;
  }

  async list(nowMillis: number, limit: number): Promise<Due> {
    const deliveries = [...this.log.rows.values()]
      .filter(({ reconcileAt }) => reconcileAt !== undefined && reconcileAt <= nowMillis)
      .sort((a, b) => (a.reconcileAt ?? 0) - (b.reconcileAt ?? 0))
      .slice(0, limit)
      .map(({ tenantId, webhookId, deliveryId }) => ({ tenantId, webhookId, deliveryId }));
    const schedules = [...this.schedules.schedules.values()]
      .filter(({ lookAt }) => lookAt <= nowMillis)
      .map(({ tenantId, webhookId }) => ({ tenantId, webhookId }));
    return { deliveries, schedules };
  }
}
