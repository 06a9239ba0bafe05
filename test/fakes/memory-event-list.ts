import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import type {
  EventKey,
  EventList,
  EventListReader,
  EventPage,
  EventSpan,
} from '../../shared/delivery/event-list.port.ts';
import { type ListedEvent, positionOf } from '../../shared/delivery/listed-event.ts';
import { lifecycleOf } from '../../shared/finding/lifecycle.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../shared/runtime/ids.ts';

/** Events by their partition and place. */
export class MemoryEventList implements EventList, EventListReader {
  readonly #lists = new Map<string, Map<string, ListedEvent>>();
  /** Ids that the next `add` leaves out, as a throttled table does. */
  readonly leftOut = new Set<DeliveryId>();
  /** Called while a write is under way. */
  whileWriting: () => Promise<void> | void = () => {};
  /** Events of a page that is cut by its size. */
  pageSize = Number.POSITIVE_INFINITY;

  async add(messages: readonly DeliveryMessage[], listedAt: number): Promise<readonly DeliveryMessage[]> {
    await this.whileWriting();
    for (const { tenantId, webhookId, deliveryId, finding, ...rest } of messages) {
      if (!this.leftOut.has(deliveryId)) {
        const event = { deliveryId, listedAt, finding, lifecycle: lifecycleOf(rest) };
        this.#listOf(tenantId, webhookId).set(positionOf(listedAt, deliveryId), event);
      }
    }
    return messages.filter(({ deliveryId }) => this.leftOut.has(deliveryId));
  }

  async read(
    tenantId: TenantId,
    webhookId: WebhookId,
    span: EventSpan,
    limit: number,
  ): Promise<EventPage<ListedEvent>> {
    const found = [...this.#listOf(tenantId, webhookId)]
      .filter(([position]) => position > span.after && position < positionOf(span.until))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, event]) => event);
    const events = found.slice(0, Math.min(limit, this.pageSize));
    return { events, isCut: events.length === Math.min(limit, this.pageSize) };
  }

  readKeys(tenantId: TenantId, webhookId: WebhookId, span: EventSpan, limit: number): Promise<EventPage<EventKey>> {
    return this.read(tenantId, webhookId, span, limit);
  }

  /** Every event of a webhook, in order. */
  eventsOf(tenantId: TenantId, webhookId: WebhookId): readonly ListedEvent[] {
    return [...this.#listOf(tenantId, webhookId)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, event]) => event);
  }

  #listOf(tenantId: TenantId, webhookId: WebhookId): Map<string, ListedEvent> {
    const key = `${tenantId}#${webhookId}`;
    const list = this.#lists.get(key) ?? new Map<string, ListedEvent>();
    this.#lists.set(key, list);
    return list;
  }
}
