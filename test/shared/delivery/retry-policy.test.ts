import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  hopSeconds,
  nextAttemptAt,
  parseRetryAfter,
  policyDelayMillis,
} from '../../../shared/delivery/retry-policy.ts';
import { PRODUCTION_RETRY } from '../../../shared/topology/retry-policies.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';

const { deliveryId } = aDeliveryMessage();
const NOW = Date.parse('2026-11-23T10:00:00Z');

describe('the delay after a failed attempt', () => {
  it.each([
    { attempt: 1, attemptLimit: 4, seconds: 30 },
    { attempt: 2, attemptLimit: 4, seconds: 120 },
    { attempt: 3, attemptLimit: 4, seconds: 480 },
    { attempt: 5, attemptLimit: 8, seconds: 30 },
    { attempt: 7, attemptLimit: 8, seconds: 480 },
  ])(
    'is $seconds s and up to 20 % more after attempt $attempt of a retry cycle that ends at $attemptLimit',
    (failed) => {
      const delay = policyDelayMillis(PRODUCTION_RETRY, { deliveryId, ...failed });
      expect(delay).toBeGreaterThanOrEqual(failed.seconds * 1000);
      expect(delay).toBeLessThanOrEqual(failed.seconds * 1200 + 1);
    },
  );

  it('is the same whenever it is asked for', () => {
    const failed = { deliveryId, attempt: 2, attemptLimit: 4 };
    expect(policyDelayMillis(PRODUCTION_RETRY, failed)).toBe(policyDelayMillis(PRODUCTION_RETRY, failed));
  });

  it('differs between deliveries, so that one outage does not come back as one burst', () => {
    const delays = Array.from({ length: 50 }, (_, index) => {
      const other = aDeliveryMessage({ finding: JSON.stringify({ index }) }).deliveryId;
      return policyDelayMillis(PRODUCTION_RETRY, { deliveryId: other, attempt: 1, attemptLimit: 4 });
    });
    expect(new Set(delays).size).toBeGreaterThan(45);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(3_000);
  });
});

describe('the time of the next attempt', () => {
  const failed = { deliveryId, attempt: 1, attemptLimit: 4 };
  const byPolicy = NOW + policyDelayMillis(PRODUCTION_RETRY, failed);

  it('waits as long as Retry-After asks, up to the cap of six hours', () => {
    expect(nextAttemptAt(PRODUCTION_RETRY, failed, NOW, 300_000)).toBe(NOW + 300_000);
    expect(nextAttemptAt(PRODUCTION_RETRY, failed, NOW, 1e12)).toBe(NOW + 6 * 3_600_000);
  });

  it('is never brought forward by Retry-After', () => {
    expect(nextAttemptAt(PRODUCTION_RETRY, failed, NOW, 1_000)).toBe(byPolicy);
    expect(nextAttemptAt(PRODUCTION_RETRY, failed, NOW, undefined)).toBe(byPolicy);
  });
});

describe('a Retry-After value', () => {
  it.each([
    ['3', 3_000],
    [' 120 ', 120_000],
    ['1.5', 1_500],
    ['0', 0],
    ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
    ['Monday, 23-Nov-26 10:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    ['2026', 2_026_000],
    ['Mon Nov 23 10:00:30 2026', 30_000],
    ['Mon, 23 Nov 2026 10:00:30 +0000', 30_000],
    ['999999999', 999_999_999_000],
    // The time of a clock: that it is 10:05 is no reason to wait for 57 years.
    [`${NOW / 1000 + 300}`, 300_000],
    [`${NOW + 300_000}`, 300_000],
    [`${NOW / 1000 - 300}`, 0],
    ['May', undefined],
    ['1e9', undefined],
    [undefined, undefined],
  ])('%j asks for %s ms', (value, millis) => {
    expect(parseRetryAfter(value, NOW)).toBe(millis);
  });

  it('is in UTC where it has no zone, whatever the zone of this host', () => {
    vi.stubEnv('TZ', 'America/New_York');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(parseRetryAfter('Mon Nov 23 10:00:30 2026', NOW)).toBe(30_000);
  });
});

describe('a hop', () => {
  it('is whole seconds within SQS bounds and never ends before the time unless capped', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 30_000_000 }), (wait) => {
        const seconds = hopSeconds(NOW + wait, NOW);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(900);
        expect(seconds * 1000 >= wait || seconds === 900).toBe(true);
      }),
    );
  });
});
