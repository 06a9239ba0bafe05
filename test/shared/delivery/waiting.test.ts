import { describe, expect, it } from 'vitest';
import { cancel, hold } from '../../../shared/delivery/cancel-or-hold.ts';
import { recordGivingUp, recordRetry, recordSuccess } from '../../../shared/delivery/record-attempt.ts';
import { noteWaiting } from '../../../shared/delivery/waiting.ts';
import { ABSENT, holds } from '../../../shared/runtime/condition.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt, anExhaustedRow } from '../../builders/delivery.ts';
import { aWebhook } from '../../builders/webhook.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const failedRow = anExhaustedRow(NOW - 1);

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
