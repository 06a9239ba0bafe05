/** Lists what was planned, before it is queued: each event by a write that ended soon enough to count. */
import type { Clock } from '../runtime/clock.port.ts';
import type { DeliveryMessage } from './delivery.ts';
import type { EventList } from './event-list.port.ts';
import { LISTED_WITHIN_MILLIS } from './listed-event.ts';
import type { PlannedDelivery } from './plan-deliveries.ts';

/** When two are too slow, the table is: the findings stay on their queue, and are tried again from there. */
const TRIES = 2;

/**
 * Lists the deliveries of webhooks with `pull`, and makes no call if there is none. Resolves to those that are not listed yet;
 * rejects if the list cannot be reached.
 */
export async function listEvents(
  { events, clock }: { readonly events: EventList; readonly clock: Pick<Clock, 'now'> },
  planned: readonly PlannedDelivery[],
): Promise<ReadonlySet<PlannedDelivery>> {
  const toList = planned.filter(({ pull }) => pull !== undefined);
  // A batch may have an event twice, and one call cannot write an item twice.
  let open: readonly DeliveryMessage[] = [...new Map(toList.map(({ message }) => [nameOf(message), message])).values()];
  for (let tries = 0; tries < TRIES && open.length > 0; tries += 1) {
    const listedAt = clock.now();
    const left = await events.add(open, listedAt);
    // A reader may have passed this instant before the write ended: only a later one is certain to be seen.
    open = clock.now() - listedAt > LISTED_WITHIN_MILLIS ? open : left;
  }
  const unlisted = new Set(open.map(nameOf));
  return new Set(toList.filter(({ message }) => unlisted.has(nameOf(message))));
}

function nameOf({ tenantId, webhookId, deliveryId }: DeliveryMessage): string {
  return `${tenantId}#${webhookId}#${deliveryId}`;
}
