import { describe, expect, it } from 'vitest';
import { healthAfter, isFailing, shouldAutoDisable } from '../../../shared/webhook/webhook-health.ts';

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
});
