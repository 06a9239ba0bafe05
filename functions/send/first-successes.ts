/**
 * Records the first successes of a batch together, in one write. It waits for the slower deliveries, but not long: a
 * receiver that hangs must leave no success of the others unrecorded.
 */
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';

/** How long the first unrecorded success waits for others. */
export const MAX_WAIT_MILLIS = 500;

/** Each delivery of the batch has a slot: the write waits for every slot that is neither recorded nor left. */
export interface FirstSuccesses {
  /** Resolves once the row is written: true if it was, false if the table left it out. Rejects if the write failed. */
  record(row: DeliveryRow): Promise<boolean>;
  /** This delivery records nothing here (any more). */
  leave(delivery: DeliveryKey): void;
}

interface Waiting {
  readonly row: DeliveryRow;
  readonly resolve: (written: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export function openFirstSuccesses(log: DeliveryLog, clock: Clock, deliveries: readonly DeliveryKey[]): FirstSuccesses {
  const openSlots = new Set(deliveries.map(slotOf));
  let waiting: Waiting[] = [];
  let cancelTimer = () => {};

  function flush(): void {
    cancelTimer();
    const group = waiting;
    waiting = [];
    if (group.length === 0) {
      return;
    }
    log.putAll(group.map(({ row }) => row)).then(
      (missing) => group.forEach(({ row, resolve }) => void resolve(!missing.has(row.deliveryId))),
      (error: unknown) => group.forEach(({ reject }) => void reject(error)),
    );
  }

  function leave(delivery: DeliveryKey): void {
    if (openSlots.delete(slotOf(delivery)) && openSlots.size === 0) {
      flush();
    }
  }

  return {
    record(row) {
      return new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject });
        if (waiting.length === 1) {
          cancelTimer = clock.schedule(MAX_WAIT_MILLIS, flush);
        }
        leave(row);
      });
    },
    leave,
  };
}

function slotOf({ tenantId, webhookId, deliveryId }: DeliveryKey): string {
  return `${tenantId}#${webhookId}#${deliveryId}`;
}
