import { describe, expect, it } from 'vitest';
import { percentile } from '../../bench/percentiles.ts';
import { asTable, comparePhases, type Phase } from '../../bench/phases.ts';

const PHASES: readonly Phase[] = [
  { name: 'before', from: 0, to: 10 },
  { name: 'after', from: 10, to: 20 },
];

describe('a percentile', () => {
  it.each([
    [50, 3],
    [95, 5],
    [20, 1],
    [21, 2],
    [100, 5],
  ])('%i of five values is the least that so many percent are not above', (percent, expected) => {
    expect(percentile([5, 1, 4, 2, 3], percent)).toBe(expected);
  });

  it('of no values is none', () => {
    expect(percentile([], 95)).toBeNaN();
  });
});

describe('the phases of a measurement', () => {
  const took = (atMillis: number, tookMillis: number) => ({ atMillis, tookMillis });

  it('sort deliveries by when they were published, and are compared with one of them', () => {
    const results = comparePhases([took(0, 100), took(9_999, 200), took(10_000, 500)], PHASES, 'before');
    expect(results).toEqual([
      { name: 'before', deliveries: 2, missing: 0, p50: 100, p95: 200, p99: 200, times: 1 },
      { name: 'after', deliveries: 1, missing: 0, p50: 500, p95: 500, p99: 500, times: 2.5 },
    ]);
  });

  it('count what never arrived as slower than anything', () => {
    const [, after] = comparePhases([took(0, 100), took(10_000, Infinity), took(11_000, 90)], PHASES, 'before');
    expect(after).toMatchObject({ deliveries: 2, missing: 1, p50: 90, p95: Infinity, times: Infinity });
  });

  it('are printed as a table whose columns stand below each other', () => {
    const lines = asTable(comparePhases([took(0, 100), took(10_000, Infinity)], PHASES, 'before'));
    expect(lines).toEqual([
      '        findings  missing  p50 s  p95 s  p99 s  p95 / undisturbed',
      'before         1        0   0.10   0.10   0.10               1.00',
      'after          1        1  never  never  never                  -',
    ]);
  });
});
