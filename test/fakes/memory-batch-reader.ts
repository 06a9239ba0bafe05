import type { BatchReader, BatchReading, DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import type { WebhookStore } from '../../shared/webhook/webhook-store.port.ts';

/** Reads through the two in-memory stores. */
export class MemoryBatchReader implements BatchReader {
  /** Deliveries for which the response is incomplete. */
  readonly unread = new Set<DeliveryId>();
  readonly webhooks: WebhookStore;
  readonly log: DeliveryLog;

  constructor(webhooks: WebhookStore, log: DeliveryLog) {
    this.webhooks = webhooks;
    this.log = log;
  }

  async read(keys: readonly DeliveryKey[]): Promise<readonly BatchReading[]> {
    return Promise.all(keys.map((key) => this.#readOne(key)));
  }

  async #readOne({ tenantId, webhookId, deliveryId }: DeliveryKey): Promise<BatchReading> {
    if (this.unread.has(deliveryId)) {
      return { kind: 'unread', because: 'left out by the fake' };
    }
    const webhook = await this.webhooks.find(tenantId, webhookId);
    return { kind: 'read', webhook, row: await this.log.find(tenantId, webhookId, deliveryId) };
  }
}
