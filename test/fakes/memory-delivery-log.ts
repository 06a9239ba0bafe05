import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { RowChange } from '../../shared/delivery/row-change.ts';
import { holds } from '../../shared/runtime/condition.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { WriteOutcome } from '../../shared/webhook/webhook-store.port.ts';

/** Rows in a map. The interpreter of conditions checks each write. */
export class MemoryDeliveryLog implements DeliveryLog {
  readonly rows = new Map<string, DeliveryRow>();
  /** Ids that the next `putAll` leaves out, as a throttled table does. */
  readonly leftOut = new Set<DeliveryId>();

  constructor(...rows: readonly DeliveryRow[]) {
    for (const row of rows) {
      this.rows.set(nameOf(row), row);
    }
  }

  row(of: Pick<DeliveryRow, 'tenantId' | 'webhookId' | 'deliveryId'>): DeliveryRow | undefined {
    return this.rows.get(nameOf(of));
  }

  async find(tenantId: TenantId, webhookId: WebhookId, deliveryId: DeliveryId): Promise<DeliveryRow | undefined> {
    return this.row({ tenantId, webhookId, deliveryId });
  }

  async write(_tenantId: TenantId, { row, when }: RowChange): Promise<WriteOutcome> {
    if (!holds(when, this.row(row))) {
      return 'conflict';
    }
    this.rows.set(nameOf(row), row);
    return 'written';
  }

  async putAll(rows: readonly DeliveryRow[]): Promise<ReadonlySet<DeliveryId>> {
    const missing = new Set<DeliveryId>();
    for (const row of rows) {
      if (this.leftOut.has(row.deliveryId)) {
        missing.add(row.deliveryId);
      } else {
        this.rows.set(nameOf(row), row);
      }
    }
    return missing;
  }
}

function nameOf({ tenantId, webhookId, deliveryId }: Pick<DeliveryRow, 'tenantId' | 'webhookId' | 'deliveryId'>) {
  return `${tenantId}#${webhookId}#${deliveryId}`;
}
