import { describe, expect, it } from 'vitest';
import {
  cancel,
  claim,
  hold,
  LEASE_MILLIS,
  markRedriveMessageSent,
  noteWaiting,
  RECONCILE_AFTER_MILLIS,
  recordGivingUp,
  recordLateSuccess,
  recordRetry,
  recordSuccess,
  redriveMessageOf,
  restore,
  retryByHand,
} from '../../../shared/delivery/delivery.ts';
import { ABSENT, holds } from '../../../shared/runtime/condition.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aWebhook } from '../../builders/webhook.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
/** The finding of these deliveries was detected at ten. */
const SOON = NOW - 2 * HOUR + 1_000;
const failedRow = aDeliveryRow({
  status: 'failed',
  reason: 'exhausted',
  lastAttempt: 4,
  failedAt: NOW - 1,
  ticketSentAt: NOW - 1,
  attempts: [anAttempt({ number: 4 })],
});

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

describe('a delivery that may not be sent', () => {
  const message = aDeliveryMessage({ attempt: 2 });

  it('is cancelled with the reason, and nothing waits for it any more', () => {
    const row = aDeliveryRow({ nextAttemptAt: 1, reconcileAt: 2 });
    const change = cancel(row, message, 'webhook-paused', NOW);
    expect(change.row).toEqual({ ...aDeliveryRow(), status: 'cancelled', reason: 'webhook-paused' });
  });

  it('is held while its webhook is disabled, to be found among what needs attention', () => {
    const change = hold(undefined, aDeliveryMessage(), NOW);
    expect(change.row).toMatchObject({ status: 'held', reason: 'webhook-disabled', failedAt: NOW, lastAttempt: 0 });
  });
});

describe('a delivery whose turn is not within reach', () => {
  const HOUR = 60 * 60 * 1000;

  it('is noted before its first attempt as pending, where nothing is recorded', () => {
    const { row, when } = noteWaiting(undefined, aDeliveryMessage(), aWebhook(), NOW) ?? {};
    expect(when).toEqual(ABSENT);
    expect(row).toMatchObject({ status: 'pending', lastAttempt: 0, waitingSince: NOW, reconcileAt: NOW + 4 * HOUR });
  });

  it('keeps what is recorded of it, and is noted only while no other worker has it', () => {
    const before = aDeliveryRow({ lastAttempt: 2, attempts: [anAttempt({ number: 2 })], reconcileAt: NOW });
    const { row, when } = noteWaiting(before, aDeliveryMessage({ attempt: 3 }), aWebhook(), NOW) ?? {};
    expect(row).toEqual({ ...before, waitingSince: NOW, reconcileAt: NOW + 4 * HOUR });
    expect(when && holds(when, before)).toBe(true);
    expect(when && holds(when, { ...before, lease: 'theirs', leaseUntil: NOW + 1 })).toBe(false);
    expect(when && holds(when, { ...before, lastAttempt: 3 })).toBe(false);
  });

  it('opens as with a claim if it had ended', () => {
    const message = aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' });
    const { row, when } = noteWaiting(failedRow, message, aWebhook(), NOW) ?? {};
    expect(row).toMatchObject({ status: 'pending', lastAttempt: 4, attemptLimit: 8, reopen: 'operator' });
    expect(row).not.toHaveProperty('ticketSentAt');
    expect(when && holds(when, failedRow)).toBe(true);
  });

  it('is noted again only when the reconciler is to look within an hour, and still waits since then', () => {
    const waiting = aDeliveryRow({ waitingSince: NOW - HOUR, reconcileAt: NOW + HOUR });
    const message = aDeliveryMessage({ attempt: 2 });
    expect(noteWaiting(waiting, message, aWebhook(), NOW)).toBeUndefined();
    const { row } = noteWaiting(waiting, message, aWebhook(), NOW + 1) ?? {};
    expect(row).toMatchObject({ waitingSince: NOW - HOUR, reconcileAt: NOW + 1 + 4 * HOUR });
  });

  it('remembers what turns had accounted for when its wait began, not when it is noted again', () => {
    const webhook = aWebhook({ explainedMillis: 5_000 });
    const noted = noteWaiting(undefined, aDeliveryMessage(), webhook, NOW)?.row;
    expect(noted).toMatchObject({ waitingSince: NOW, explainedBefore: 5_000 });
    const later = aWebhook({ explainedMillis: 9_000 });
    const again = noteWaiting(noted, aDeliveryMessage(), later, NOW + 4 * HOUR)?.row;
    expect(again).toMatchObject({ waitingSince: NOW, explainedBefore: 5_000 });
    const first = noteWaiting(undefined, aDeliveryMessage(), aWebhook(), NOW)?.row;
    expect(noteWaiting(first, aDeliveryMessage(), later, NOW + 4 * HOUR)?.row).not.toHaveProperty('explainedBefore');
  });

  it('does not wait any more once an attempt is recorded, or it has ended', () => {
    const waiting = aDeliveryRow({
      ...{ lastAttempt: 0, waitingSince: NOW, explainedBefore: 1 },
      ...{ lease: 'ours', leaseUntil: NOW },
    });
    const message = aDeliveryMessage();
    const changes = [
      recordSuccess(waiting, message, anAttempt(), NOW),
      recordRetry(waiting, message, anAttempt(), NOW, NOW),
      recordGivingUp(waiting, message, anAttempt(), 'exhausted', NOW),
      cancel(waiting, message, 'webhook-paused', NOW),
      hold(waiting, message, NOW),
    ];
    for (const { row } of changes) {
      expect(row).not.toHaveProperty('waitingSince');
      expect(row).not.toHaveProperty('explainedBefore');
    }
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

describe('a redrive message', () => {
  it('asks for the attempt after the last, in a retry cycle of four', () => {
    expect(redriveMessageOf(failedRow)).toEqual(aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' }));
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
