/** What follows when a delivery may not be sent, as a list of effects: it ends here, unless it had ended before. */

import { cancel, hold } from './cancel-or-hold.ts';
import type { DeliveryMessage, DeliveryRow } from './delivery.ts';
import type { Effect } from './effect.ts';
import type { Permission } from './may-send.ts';

export type Refusal = Exclude<Permission, { kind: 'send' }>;

export function afterRefusal(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  refusal: Refusal,
  nowMillis: number,
): readonly Effect[] {
  if (row !== undefined && row.status !== 'pending') {
    return refuseReopening(message, refusal);
  }
  return refusal.kind === 'cancel'
    ? [
        { kind: 'record', change: cancel(row, message, refusal.reason, nowMillis), ifConflict: 'return' },
        { kind: 'count', metric: 'delivery.cancelled' },
      ]
    : [
        { kind: 'record', change: hold(row, message, nowMillis), ifConflict: 'return' },
        { kind: 'count', metric: 'delivery.held' },
      ];
}

/**
 * The row stays as it is and the message is used up. It is logged, because the person who asked for the retry would
 * otherwise see nothing.
 */
function refuseReopening({ tenantId, webhookId, deliveryId, reopen }: DeliveryMessage, refusal: Refusal): Effect[] {
  const reason = refusal.kind === 'cancel' ? refusal.reason : 'webhook-disabled';
  return [
    { kind: 'count', metric: 'reopen.refused' },
    {
      kind: 'warn',
      event: 'reopen.refused',
      fields: { tenantId, webhookId, deliveryId, ...(reopen && { reopen }), reason },
    },
  ];
}
