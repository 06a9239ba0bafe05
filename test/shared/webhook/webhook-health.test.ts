import { describe, expect, it } from 'vitest';
import { healthAfter, isFailing, isSlow, shouldAutoDisable } from '../../../shared/webhook/webhook-health.ts';

const healthy = { failuresInARow: 0, exhaustedCount: 0 };

describe('health', () => {
  it('counts failed attempts up to five, at which the webhook is failing', () => {
    let health = healthAfter(healthy, 'attempt-failed', 1);
    for (let failures = 1; failures < 5; failures += 1) {
      expect(isFailing(health)).toBe(false);
      health = healthAfter(health, 'attempt-failed', 1);
    }
    expect(isFailing(health)).toBe(true);
    expect(healthAfter(health, 'attempt-failed', 1)).toBe(health);
  });

  it('remembers when exhaustion began, and counts it up to twenty', () => {
    let health = healthAfter(healthy, 'exhausted', 1_000);
    expect(health).toEqual({ failuresInARow: 0, exhaustedCount: 1, failingSince: 1_000 });
    for (let count = 1; count < 20; count += 1) {
      health = healthAfter(health, 'exhausted', 9_000);
    }
    expect(health).toMatchObject({ exhaustedCount: 20, failingSince: 1_000 });
    expect(healthAfter(health, 'exhausted', 9_000)).toBe(health);
  });

  it.each([
    ['exactly 72 h and 20 deliveries', { failingSince: 0, exhaustedCount: 20 }, 72 * 3_600_000, true],
    ['a millisecond less than 72 h', { failingSince: 1, exhaustedCount: 20 }, 72 * 3_600_000, false],
    ['19 deliveries in a month', { failingSince: 0, exhaustedCount: 19 }, 30 * 24 * 3_600_000, false],
    ['20 deliveries, but a success since', { exhaustedCount: 20 }, 72 * 3_600_000, false],
    ['nothing at all', { exhaustedCount: 0 }, 72 * 3_600_000, false],
  ])('disables a webhook after %s: %s', (_what, health, nowMillis, autoDisabled) => {
    expect(shouldAutoDisable({ failuresInARow: 5, ...health }, nowMillis)).toBe(autoDisabled);
  });

  it('is cleared by a success, and costs nothing while there is nothing to clear', () => {
    const failing = { failuresInARow: 5, exhaustedCount: 3, failingSince: 1 };
    expect(healthAfter(failing, 'succeeded', 2)).toEqual(healthy);
    expect(healthAfter(healthy, 'succeeded', 2)).toBe(healthy);
  });

  const MINUTE = 60_000;
  const slow = { ...healthy, slowAt: 100 * MINUTE };

  it.each([
    ['at the first slow attempt', healthy, 7, 7],
    ['again after five minutes', slow, 105 * MINUTE, 105 * MINUTE],
    ['not again before that', slow, 105 * MINUTE - 1, 100 * MINUTE],
  ])('notes slowness %s', (_when, before, nowMillis, slowAt) => {
    expect(healthAfter(before, 'slow', nowMillis).slowAt).toBe(slowAt);
  });

  it.each([
    ['ten minutes after the last note', slow, 110 * MINUTE, undefined],
    ['not before that', slow, 110 * MINUTE - 1, 100 * MINUTE],
    ['not where there is nothing to take away', healthy, 1, undefined],
  ])('is quick again with a quick attempt %s', (_when, before, nowMillis, slowAt) => {
    const after = healthAfter(before, 'quick', nowMillis);
    expect(after.slowAt).toBe(slowAt);
    expect(isSlow(after)).toBe(slowAt !== undefined);
  });

  it('stays slow whatever the attempts come to', () => {
    for (const event of ['succeeded', 'attempt-failed', 'exhausted'] as const) {
      expect(healthAfter({ ...slow, failuresInARow: 3 }, event, 200 * MINUTE).slowAt).toBe(100 * MINUTE);
    }
  });
});
