/**
 * Waits until deliveries have ended. A look reads deliveries that had not ended before, and few of those that still have
 * not, so that it costs no more when the log is long.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';

export interface Waiting {
  /** Those of the deliveries that have a row; at most `ROWS_PER_READ` are asked for at once. */
  readonly readRows: (deliveries: readonly DeliveryKey[]) => Promise<readonly DeliveryRow[]>;
  /** Epoch milliseconds. */
  readonly deadlineAt: number;
  readonly onLook?: (ended: number) => void;
}

/** The most that BatchGetItem reads. */
export const ROWS_PER_READ = 100;

const LOOK_EVERY_MILLIS = 300;

/** Returns how many had not ended when the time was up; 0 if all is well. */
export async function waitUntilEnded(
  deliveries: readonly DeliveryKey[],
  { readRows, deadlineAt, onLook = () => {} }: Waiting,
): Promise<number> {
  let open = deliveries;
  for (;;) {
    const lookedAt = Date.now();
    const isLastLook = lookedAt > deadlineAt;
    open = await readOpen(open, readRows, isLastLook);
    onLook(deliveries.length - open.length);
    if (open.length === 0 || isLastLook) {
      return open.length;
    }
    // What is waited for must not be slowed down by looking.
    await pause(Math.max(LOOK_EVERY_MILLIS, (Date.now() - lookedAt) * 2));
  }
}

/** Reads on while most of what it has read has ended. What has not comes last, so that all have their turn. */
async function readOpen(
  deliveries: readonly DeliveryKey[],
  readRows: Waiting['readRows'],
  readsAll: boolean,
): Promise<readonly DeliveryKey[]> {
  const stillOpen: DeliveryKey[] = [];
  for (let start = 0; start < deliveries.length; start += ROWS_PER_READ) {
    const some = deliveries.slice(start, start + ROWS_PER_READ);
    const ended = new Set((await readRows(some)).filter(hasEnded).map(({ deliveryId }) => deliveryId));
    const open = some.filter(({ deliveryId }) => !ended.has(deliveryId));
    stillOpen.push(...open);
    if (!readsAll && open.length * 2 > some.length) {
      return [...deliveries.slice(start + ROWS_PER_READ), ...stillOpen];
    }
  }
  return stillOpen;
}

/** With its redrive message, if one is owed: until then a message for the row is on its way. */
function hasEnded({ status, reason, ticketSentAt }: DeliveryRow): boolean {
  return status !== 'pending' && (reason !== 'exhausted' || ticketSentAt !== undefined);
}
