import { describe, expect, it } from 'vitest';
import { cancel, hold } from '../../../shared/delivery/cancel-or-hold.ts';
import { markRedriveMessageSent } from '../../../shared/delivery/continuation.ts';
import { RECONCILE_AFTER_MILLIS } from '../../../shared/delivery/postpone.ts';
import {
  recordGivingUp,
  recordLateSuccess,
  recordRetry,
  recordSuccess,
} from '../../../shared/delivery/record-attempt.ts';
import { claim, retryByHand } from '../../../shared/delivery/retry-cycle.ts';
import { ABSENT, holds } from '../../../shared/runtime/condition.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt, anExhaustedRow } from '../../builders/delivery.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
/** The finding of these deliveries was detected at ten. */
const SOON = NOW - 2 * HOUR + 1_000;
const failedRow = anExhaustedRow(NOW - 1);

describe('a first attempt', () => {
  const message = aDeliveryMessage();

  it.each([
    ['at once', NOW - 2 * HOUR, undefined],
    ['an hour after the detection', NOW - HOUR, undefined],
    ['later', NOW - HOUR + 1, NOW - HOUR + 1],
  ])('recorded %s has the instant of its arrival only if that is late', (_when, now, arrivedAt) => {
    for (const change of [
      recordSuccess(undefined, message, anAttempt(), now),
      recordRetry(undefined, message, anAttempt(), now, now),
      hold(undefined, message, now),
      cancel(undefined, message, 'webhook-paused', now),
    ]) {
      expect(change.row.arrivedAt).toBe(arrivedAt);
    }
  });

  it('keeps the instant of its arrival through all that comes later', () => {
    const { row } = recordRetry(undefined, message, anAttempt(), NOW, NOW);
    expect(recordSuccess(row, message, anAttempt({ number: 2 }), NOW + HOUR).row.arrivedAt).toBe(NOW);
    expect(cancel(row, message, 'alerts-off', NOW + HOUR).row.arrivedAt).toBe(NOW);
    expect(retryByHand({ ...failedRow, arrivedAt: NOW }, NOW + HOUR)?.row.arrivedAt).toBe(NOW);
  });

  it('that succeeds leaves a row without anything of a running retry cycle', () => {
    const { row, when } = recordSuccess(undefined, message, anAttempt({ statusCode: 200 }), SOON);
    expect(when).toEqual(ABSENT);
    expect(row).toEqual({
      ...message,
      attempt: undefined,
      status: 'delivered',
      lastAttempt: 1,
      attempts: [anAttempt({ statusCode: 200 })],
      expiresAt: SOON / 1000 + 30 * 24 * 60 * 60,
    });
  });

  it('that fails is pending until the next one, with the reconciler behind it', () => {
    const { row, when } = recordRetry(undefined, message, anAttempt(), NOW + 30_000, NOW);
    expect(when).toEqual(ABSENT);
    expect(row).toMatchObject({
      status: 'pending',
      lastAttempt: 1,
      nextAttemptAt: NOW + 30_000,
      reconcileAt: NOW + 30_000 + RECONCILE_AFTER_MILLIS,
    });
  });
});

describe('a recorded attempt under a claim', () => {
  const { row: claimed } = claim(aDeliveryRow({ lastAttempt: 3 }), aDeliveryMessage({ attempt: 4 }), 'mine', NOW);
  const message = aDeliveryMessage({ attempt: 4 });

  it('is written only while the lease is ours and that attempt is unrecorded', () => {
    const attempt = anAttempt({ number: 4 });
    const changes = [
      recordSuccess(claimed, message, attempt, NOW),
      recordRetry(claimed, message, attempt, NOW, NOW),
      recordGivingUp(claimed, message, attempt, 'exhausted', NOW),
    ];
    for (const { when, row } of changes) {
      expect(holds(when, claimed)).toBe(true);
      expect(holds(when, row)).toBe(false);
      expect(holds(when, { ...claimed, lease: 'theirs' })).toBe(false);
    }
  });

  it('gives the lease back', () => {
    const { row } = recordRetry(claimed, message, anAttempt({ number: 4 }), NOW + 1, NOW);
    expect(row).not.toHaveProperty('lease');
    expect(row).not.toHaveProperty('leaseUntil');
  });

  it('that exhausts the retry cycle owes a redrive message until it is marked as sent', () => {
    const { row } = recordGivingUp(claimed, message, anAttempt({ number: 4 }), 'exhausted', NOW);
    expect(row).toMatchObject({
      status: 'failed',
      reason: 'exhausted',
      failedAt: NOW,
      reconcileAt: NOW + RECONCILE_AFTER_MILLIS,
    });
    const marked = markRedriveMessageSent(row, NOW + 5);
    expect(marked.row).toMatchObject({ status: 'failed', ticketSentAt: NOW + 5 });
    expect(marked.row).not.toHaveProperty('reconcileAt');
    expect(holds(marked.when, row)).toBe(true);
    expect(holds(marked.when, marked.row)).toBe(false);
  });

  it('with a final result fails without owing a redrive message', () => {
    const { row } = recordGivingUp(claimed, message, anAttempt({ number: 4, statusCode: 410 }), 'gone', NOW);
    expect(row).toMatchObject({ status: 'failed', reason: 'gone', failedAt: NOW });
    expect(row).not.toHaveProperty('reconcileAt');
  });

  it('keeps the responses of the last twenty attempts only', () => {
    const many = Array.from({ length: 30 }, (_, index) => anAttempt({ number: index + 1, response: 'no' }));
    const row = { ...claimed, attempts: many, lastAttempt: 30 };
    const next = recordRetry(
      row,
      aDeliveryMessage({ attempt: 31 }),
      anAttempt({ number: 31, response: 'no' }),
      NOW,
      NOW,
    );
    expect(next.row.attempts).toHaveLength(31);
    expect(next.row.attempts.filter(({ response }) => response !== undefined)).toHaveLength(20);
    expect(next.row.attempts[30]).toHaveProperty('response');
  });

  it('keeps its latest 200 attempts: its row would outgrow the table, and then nothing more could be recorded', () => {
    const many = Array.from({ length: 200 }, (_, index) => anAttempt({ number: index + 1 }));
    const row = { ...claimed, attempts: many, lastAttempt: 200 };
    const next = recordRetry(row, aDeliveryMessage({ attempt: 201 }), anAttempt({ number: 201 }), NOW, NOW);
    expect(next.row.attempts.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, index) => index + 2));
    expect(next.row.lastAttempt).toBe(201);
  });
});

describe('a late success', () => {
  const late = anAttempt({ number: 2, statusCode: 200 });

  it('overwrites a failure, is marked as a duplicate, and never lowers the attempt number', () => {
    const change = recordLateSuccess(failedRow, aDeliveryMessage({ attempt: 2 }), late, NOW);
    expect(change?.row).toMatchObject({ status: 'delivered', lastAttempt: 4 });
    expect(change?.row.attempts.at(-1)).toEqual({ ...late, duplicate: true });
  });

  it('counts as its own number if that one is unrecorded', () => {
    const change = recordLateSuccess(aDeliveryRow({ lastAttempt: 1 }), aDeliveryMessage({ attempt: 2 }), late, NOW);
    expect(change?.row).toMatchObject({ status: 'delivered', lastAttempt: 2 });
    expect(change?.row.attempts.at(-1)).toEqual(late);
  });

  it('has nothing to add to another success', () => {
    const delivered = aDeliveryRow({ status: 'delivered' });
    expect(recordLateSuccess(delivered, aDeliveryMessage({ attempt: 2 }), late, NOW)).toBeUndefined();
  });

  it('puts a missing row back', () => {
    const change = recordLateSuccess(undefined, aDeliveryMessage({ attempt: 2 }), late, NOW);
    expect(change).toMatchObject({ when: ABSENT, row: { status: 'delivered', lastAttempt: 2 } });
  });
});
