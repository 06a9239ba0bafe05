import { describe, expect, it } from 'vitest';
import { RECONCILE_AFTER_MILLIS } from '../../../shared/delivery/postpone.ts';
import { claim, LEASE_MILLIS, restore, retryByHand } from '../../../shared/delivery/retry-cycle.ts';
import { ABSENT, holds } from '../../../shared/runtime/condition.ts';
import { aDeliveryMessage, aDeliveryRow, anExhaustedRow } from '../../builders/delivery.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const failedRow = anExhaustedRow(NOW - 1);

describe('a claim', () => {
  it('takes the lease of a pending row if no other worker has a live one', () => {
    const row = aDeliveryRow({ lastAttempt: 1 });
    const { row: claimed, when } = claim(row, aDeliveryMessage({ attempt: 2 }), 'mine', NOW);
    expect(claimed).toEqual({ ...row, lease: 'mine', leaseUntil: NOW + LEASE_MILLIS });
    expect(holds(when, row)).toBe(true);
    expect(holds(when, claimed)).toBe(false);
  });

  it('of a failed row opens its next retry cycle and forgets the old redrive message', () => {
    const { row } = claim(failedRow, aDeliveryMessage({ attempt: 5, reopen: 'operator' }), 'mine', NOW);
    expect(row).toMatchObject({
      status: 'pending',
      lastAttempt: 4,
      attemptLimit: 8,
      reopen: 'operator',
      lease: 'mine',
      reconcileAt: NOW + RECONCILE_AFTER_MILLIS,
    });
    expect(row).not.toHaveProperty('ticketSentAt');
    expect(row).not.toHaveProperty('failedAt');
    expect(row).not.toHaveProperty('reason');
  });

  it('extends the life of a row that it re-opens', () => {
    const { row } = claim(failedRow, aDeliveryMessage({ attempt: 5, reopen: 'operator' }), 'mine', NOW);
    expect(row.expiresAt).toBe(NOW / 1000 + 30 * 24 * 60 * 60);
  });
});

describe('a retry by hand', () => {
  it.each(['failed', 'held'] as const)('opens the next retry cycle of a %s delivery', (status) => {
    const change = retryByHand({ ...failedRow, status }, NOW);
    expect(change && holds(change.when, { ...failedRow, status })).toBe(true);
    expect(change?.row).toMatchObject({
      status: 'pending',
      reopen: 'user',
      attemptLimit: 8,
      nextAttemptAt: NOW,
      reconcileAt: NOW + RECONCILE_AFTER_MILLIS,
    });
    expect(change?.row).not.toHaveProperty('failedAt');
    expect(change?.row).not.toHaveProperty('ticketSentAt');
  });

  it.each(['pending', 'delivered', 'cancelled'] as const)('does nothing to a %s one', (status) => {
    expect(retryByHand(aDeliveryRow({ status }), NOW)).toBeUndefined();
  });
});

describe('a row that was lost', () => {
  it('is put back as it was before the attempt, if no other worker did', () => {
    const { row, when } = restore(aDeliveryMessage({ attempt: 3 }), NOW);
    expect(row).toMatchObject({ status: 'pending', lastAttempt: 2, attemptLimit: 4, attempts: [] });
    expect(when).toEqual(ABSENT);
  });

  it.each([
    [1, 999_999_999, 4],
    [1, 2, 2],
    [3, 4, 4],
    [5, 8, 8],
    [5, 4, 5],
  ])(
    'of attempt %i that asks for a limit of %i gets %i: no message can ask for more than a retry cycle',
    (attempt, asked, limit) => {
      expect(restore(aDeliveryMessage({ attempt, attemptLimit: asked }), NOW).row.attemptLimit).toBe(limit);
    },
  );

  it('never has a limit below the attempt that is to be made', () => {
    expect(restore(aDeliveryMessage({ attempt: 6, attemptLimit: 4 }), NOW).row.attemptLimit).toBe(6);
  });
});
