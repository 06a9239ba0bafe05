import { describe, expect, it } from 'vitest';
import { deliverBurst, KNOWN, UNKNOWN } from '../../bench/simulation/burst-in-turns.ts';

describe('a burst for a receiver of one a second, three at once', () => {
  it.each([300, 1_000, 3_000])(
    'of %i findings arrives whole in turns, with at most one refusal in a hundred',
    async (findings) => {
      const { delivered, failed, refusals, seconds } = await deliverBurst(findings, KNOWN, 1);
      expect({ delivered, failed }).toEqual({ delivered: findings, failed: 0 });
      expect(refusals).toBeLessThanOrEqual(findings / 100);
      // By the simulated clock: what is left at the end looks again after a quarter of an hour at the latest.
      expect(seconds).toBeLessThanOrEqual(findings + 900);
    },
  );

  it('of 300 findings is refused once each and more where the pace is unknown', async () => {
    const { delivered, refusals } = await deliverBurst(300, UNKNOWN, 1);
    expect(delivered).toBe(300);
    expect(refusals).toBeGreaterThan(250);
  });
});
