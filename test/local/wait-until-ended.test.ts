import { describe, expect, it } from 'vitest';
import { readDeliveryId } from '../../local/command-line.ts';
import { ROWS_PER_READ, waitUntilEnded } from '../../local/demo/wait-until-ended.ts';
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { aDeliveryRow } from '../builders/delivery.ts';

const LATER = Number.MAX_SAFE_INTEGER;
const NOW_IS_LATE = 0;

function rows(count: number, overrides: (index: number) => Partial<DeliveryRow>): readonly DeliveryRow[] {
  return Array.from({ length: count }, (_, index) =>
    aDeliveryRow({ deliveryId: readDeliveryId('row', `dlv_${index}`), ...overrides(index) }),
  );
}

/** A log that counts what is read of it. */
function logOf(all: readonly DeliveryRow[]) {
  const byId = new Map(all.map((row) => [row.deliveryId, row]));
  const reads: number[] = [];
  return {
    reads,
    set: (row: DeliveryRow) => void byId.set(row.deliveryId, row),
    readRows: async (some: readonly DeliveryKey[]) => {
      reads.push(some.length);
      return some.flatMap(({ deliveryId }) => byId.get(deliveryId) ?? []);
    },
  };
}

describe('waiting until deliveries have ended', () => {
  it('reads each row of a long log once if all have ended', async () => {
    const all = rows(10_000, () => ({ status: 'delivered' }));
    const { reads, readRows } = logOf(all);
    expect(await waitUntilEnded(all, { readRows, deadlineAt: LATER })).toBe(0);
    expect(reads).toEqual(Array(10_000 / ROWS_PER_READ).fill(ROWS_PER_READ));
  });

  it('reads a hundred rows in a look that finds none to have ended', async () => {
    const all = rows(10_000, () => ({ status: 'pending' }));
    const log = logOf(all);
    const ended: number[] = [];
    await waitUntilEnded(all, {
      readRows: log.readRows,
      deadlineAt: LATER,
      onLook(count) {
        ended.push(count);
        if (ended.length === 2) {
          expect(log.reads).toEqual([ROWS_PER_READ, ROWS_PER_READ]);
          for (const row of all) {
            log.set({ ...row, status: 'delivered' });
          }
        }
      },
    });
    expect(ended).toEqual([0, 0, 10_000]);
  });

  it('takes an exhausted delivery for ended once its redrive message is sent', async () => {
    const exhausted = { status: 'failed', reason: 'exhausted' } as const;
    const all = rows(2, (index) => (index === 0 ? exhausted : { ...exhausted, ticketSentAt: 1 }));
    const { readRows } = logOf(all);
    expect(await waitUntilEnded(all, { readRows, deadlineAt: NOW_IS_LATE })).toBe(1);
  });

  it('gives up when the time is up, and then has looked at every delivery', async () => {
    const all = rows(1_000, (index) => ({ status: index < 600 ? 'pending' : 'delivered' }));
    const { readRows } = logOf(all.slice(1));
    expect(await waitUntilEnded(all, { readRows, deadlineAt: NOW_IS_LATE })).toBe(600);
  });
});
