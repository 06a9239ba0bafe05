/**
 * Records the first successes of a batch together, in one write. It waits for the slower ones, but not long: a hanging
 * receiver must leave nobody's success unrecorded.
 */
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';

/** How long the first unrecorded success waits for company. */
const MAX_WAIT_MILLIS = 500;

/** One delivery's place in the batch; the write waits for every place that is neither recorded nor left. */
export interface Slot {
  /** Resolves once the row is written: true if it was, false if the table left it out. Rejects if the write failed. */
  record(row: DeliveryRow): Promise<boolean>;
  /** This delivery will record nothing here (any more). */
  leave(): void;
}

interface Waiting {
  readonly row: DeliveryRow;
  readonly resolve: (written: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export function openFirstSuccesses(log: DeliveryLog, clock: Clock, slots: number): { takeSlot(): Slot } {
  let unsettled = slots;
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

  function settle(): void {
    unsettled -= 1;
    if (unsettled === 0) {
      flush();
    }
  }

  return {
    takeSlot() {
      let settled = false;
      return {
        record(row) {
          settled = true;
          return new Promise((resolve, reject) => {
            waiting.push({ row, resolve, reject });
            if (waiting.length === 1) {
              cancelTimer = clock.schedule(MAX_WAIT_MILLIS, flush);
            }
            settle();
          });
        },
        leave() {
          if (!settled) {
            settled = true;
            settle();
          }
        },
      };
    },
  };
}
