/** The list of what was due to webhooks: `dispatch` adds to it, their receivers read it by the API. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { DeliveryMessage } from './delivery.ts';
import type { EventPosition, ListedEvent } from './listed-event.ts';

export interface EventList {
  /** Each delivery at most once. Resolves to those that could not be written; rejects if the list cannot be reached. */
  add(messages: readonly DeliveryMessage[], listedAt: number): Promise<readonly DeliveryMessage[]>;
}

/** Of one webhook: what stands after `after`, was listed before `until` (epoch milliseconds), oldest first. */
export interface EventSpan {
  readonly after: EventPosition;
  readonly until: number;
}

export interface EventPage<Event> {
  readonly events: readonly Event[];
  /** There may be more of the span after the last of them. */
  readonly isCut: boolean;
}

/** As much of an event as its key says. */
export type EventKey = Pick<ListedEvent, 'deliveryId' | 'listedAt'>;

export interface EventListReader {
  /** A page ends at `limit` events, or earlier where it would be large. */
  read(tenantId: TenantId, webhookId: WebhookId, span: EventSpan, limit: number): Promise<EventPage<ListedEvent>>;

  /** Without what they hold, which is read and paid for all the same. */
  readKeys(tenantId: TenantId, webhookId: WebhookId, span: EventSpan, limit: number): Promise<EventPage<EventKey>>;
}
