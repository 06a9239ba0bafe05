/** How a delivery ends without an attempt. Why, `may-send.ts` and `superseded.ts` say. */
import type { CancelReason, DeliveryMessage, DeliveryRow, OvertakenReason } from './delivery.ts';
import { rowBefore, settled } from './retry-cycle.ts';
import { absentOrIdle, idleAs, type RowChange } from './row-change.ts';

export function cancel(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  reason: CancelReason,
  nowMillis: number,
): RowChange {
  const base = settled(row ?? rowBefore(message, nowMillis));
  return { row: { ...base, status: 'cancelled', reason }, when: absentOrIdle(message, nowMillis) };
}

/** Also of a failed or held delivery that is opened again. */
export function cancelOvertaken(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  reason: OvertakenReason,
  nowMillis: number,
): RowChange {
  const change = cancel(row, message, reason, nowMillis);
  return row === undefined || row.status === 'pending' ? change : { ...change, when: idleAs(row, nowMillis) };
}

/** The tenant can retry it once the webhook is enabled again. */
export function hold(row: DeliveryRow | undefined, message: DeliveryMessage, nowMillis: number): RowChange {
  const base = settled(row ?? rowBefore(message, nowMillis));
  return {
    row: { ...base, status: 'held', reason: 'webhook-disabled', failedAt: nowMillis },
    when: absentOrIdle(message, nowMillis),
  };
}
