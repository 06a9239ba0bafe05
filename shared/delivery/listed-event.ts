/**
 * What was due to a webhook, as its receiver reads it: listed when `dispatch` had planned it and before it was queued. The list
 * is in the order of listing, by the clock of its writer, and is read up to a horizon that lies behind every write that
 * may still be under way: so what has been read once has no gap, and none appears in it later.
 */
import type { CanonicalFinding } from '../finding/finding.ts';
import { type Lifecycle, lifecycleFields, lifecycleOf } from '../finding/lifecycle.ts';
import { type DeliveryId, parseDeliveryId } from '../runtime/ids.ts';
import type { DeliveryMessage } from './delivery.ts';
import { ROW_LIFETIME_DAYS } from './retry-cycle.ts';

export interface ListedEvent {
  readonly deliveryId: DeliveryId;
  /** Epoch milliseconds. An event that was dispatched twice is listed twice. */
  readonly listedAt: number;
  readonly finding: CanonicalFinding;
  readonly lifecycle: Lifecycle;
}

/**
 * A write counts if it has ended within this time of the instant that it names; a writer that took longer writes again under a
 * later instant before it goes on. Three tries of the SDK take up to 9 s, and are rarely needed.
 */
export const LISTED_WITHIN_MILLIS = 10_000;

/** By how much the clocks of two functions may differ. AWS keeps them within milliseconds of each other. */
export const CLOCKS_DIFFER_MILLIS = 10_000;

/** No event that is listed later than now stands before now less this. */
export const HORIZON_MILLIS = LISTED_WITHIN_MILLIS + CLOCKS_DIFFER_MILLIS;

export const EVENTS_KEPT_MILLIS = ROW_LIFETIME_DAYS * 24 * 60 * 60 * 1000;

/** Up to here, exclusively, the list is settled: epoch milliseconds. */
export function settledUntil(nowMillis: number): number {
  return nowMillis - HORIZON_MILLIS;
}

/** Before it nothing is kept: epoch milliseconds. The engine deletes what has expired at its leisure. */
export function keptFrom(nowMillis: number): number {
  return nowMillis - EVENTS_KEPT_MILLIS;
}

/** A position in the list: an instant, before what was listed then, or an event, after it. Positions sort as text. */
export type EventPosition = string;

export function positionOf(listedAt: number, deliveryId?: DeliveryId): EventPosition {
  const instant = new Date(listedAt).toISOString();
  return deliveryId === undefined ? instant : `${instant}#${deliveryId}`;
}

/** Undefined for what is no event's position. */
export function parsePosition(
  position: string,
): { readonly listedAt: number; readonly deliveryId: DeliveryId } | undefined {
  const [instant = '', id = ''] = position.split('#');
  const listedAt = Date.parse(instant);
  const deliveryId = parseDeliveryId(id);
  return Number.isNaN(listedAt) || deliveryId === undefined ? undefined : { listedAt, deliveryId };
}

/** Undefined for what is no position. */
export function instantOf(position: EventPosition): number | undefined {
  const listedAt = Date.parse(position.split('#')[0] ?? '');
  return Number.isNaN(listedAt) ? undefined : listedAt;
}

/** Its attributes beside the keys, none of them an index's: a write costs its bytes once. */
export function listedAttributes(
  message: Pick<DeliveryMessage, 'finding' | 'event' | 'revision'>,
  listedAt: number,
): Readonly<Record<string, string | number>> {
  return {
    finding: message.finding,
    ...lifecycleFields(lifecycleOf(message)),
    expiresAt: Math.ceil((listedAt + EVENTS_KEPT_MILLIS) / 1000),
  };
}
