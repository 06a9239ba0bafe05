import { describe, expect, it } from 'vitest';
import { latencyResult } from '../../bench/latency-result.ts';
import { percentilesOf } from '../../bench/percentiles.ts';

const round = (p95: number) => ({ p50: p95 / 10, p95, p99: p95 * 2 });

describe('the percentiles of rounds', () => {
  it('are of the values of one round', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(percentilesOf(values)).toEqual({ p50: 100, p95: 190, p99: 198 });
  });

  it('have a spread each', () => {
    const { rounds, millis, timesAgainst } = latencyResult(50, [round(30), round(10), round(20)], []);
    expect(rounds).toBe(3);
    expect(millis.here).toEqual({
      p50: { median: 2, least: 1, most: 3 },
      p95: { median: 20, least: 10, most: 30 },
      p99: { median: 40, least: 20, most: 60 },
    });
    expect(millis.against).toBeUndefined();
    expect(timesAgainst).toBeUndefined();
  });

  it('are compared round by round with those of another commit', () => {
    const { millis, timesAgainst } = latencyResult(200, [round(10), round(10)], [round(20), round(40)]);
    expect(millis.against?.p95).toEqual({ median: 20, least: 20, most: 40 });
    expect(timesAgainst).toEqual({ median: 0.25, least: 0.25, most: 0.5 });
  });
});
