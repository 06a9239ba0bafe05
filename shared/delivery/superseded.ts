/**
 * What follows when a delivery is overtaken: a later revision of its finding was begun, or it is the resolution of what its
 * webhook never got. It ends here, also if it had failed or was held before: sending it again cannot become right.
 */
import { cancelOvertaken } from './cancel-or-hold.ts';
import type { DeliveryMessage, DeliveryRow, OvertakenReason } from './delivery.ts';
import type { Effect } from './effect.ts';

export function afterSuperseded(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  reason: OvertakenReason,
  nowMillis: number,
): readonly Effect[] {
  return [
    { kind: 'record', change: cancelOvertaken(row, message, reason, nowMillis), ifConflict: 'look-again' },
    { kind: 'count', metric: reason === 'superseded' ? 'delivery.superseded' : 'delivery.cancelled' },
  ];
}
