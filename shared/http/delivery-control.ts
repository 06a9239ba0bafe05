/**
 * What a receiver may say of its deliveries in a response header, as Svix has it: `webhook-delivery: disable` asks for no more
 * of them. Everything else in that header is not known here and changes nothing.
 */

import type { ReceiverResponse } from './attempt-outcome.ts';

export const DELIVERY_CONTROL_HEADER = 'webhook-delivery';
const DISABLE = 'disable';

export function asksToDisable({ headers }: ReceiverResponse): boolean {
  return headers[DELIVERY_CONTROL_HEADER]?.trim().toLowerCase() === DISABLE;
}
