import { describe, expect, it } from 'vitest';
import { deliverBurst, KNOWN, UNKNOWN } from '../../bench/simulation/burst-in-turns.ts';
import { LATE_MILLIS } from '../../shared/delivery/waiting.ts';
import { IS_THOROUGH } from '../thorough.ts';

describe('a burst for a receiver of one a second, three at once', () => {
  it.each(IS_THOROUGH ? [300, 1_000, 3_000] : [300, 1_000])(
    'of %i findings arrives whole in turns, with at most one refusal in a hundred',
    async (findings) => {
      const { delivered, failed, refusals, seconds } = await deliverBurst(findings, KNOWN, 1);
      expect({ delivered, failed }).toEqual({ delivered: findings, failed: 0 });
      expect(refusals).toBeLessThanOrEqual(findings / 100);
      // By the simulated clock: what is left at the end may look twice before it goes, and is not late.
      expect(seconds).toBeLessThan(findings + LATE_MILLIS / 1_000);
    },
  );

  it('of 300 findings is refused once each and more where the pace is unknown', async () => {
    const { delivered, refusals } = await deliverBurst(300, UNKNOWN, 1);
    expect(delivered).toBe(300);
    expect(refusals).toBeGreaterThan(250);
  });
});
