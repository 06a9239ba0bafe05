import { describe, expect, it } from 'vitest';
import { chartKindOf, durationWords, statsQueryOf } from '../../console/details/chart-query.ts';

describe('the chart of an address', () => {
  it('is of the deliveries of a day by arrival, unless the address says otherwise', () => {
    expect([statsQueryOf({}), chartKindOf({})]).toEqual([{ hours: 24, by: 'arrival' }, 'deliveries']);
    expect(statsQueryOf({ hours: '168', counted: 'detection' })).toEqual({ hours: 168, by: 'detection' });
    expect(chartKindOf({ chart: 'delivery' })).toBe('delivery');
    expect([statsQueryOf({ hours: '1e9', counted: 'size' }), chartKindOf({ chart: 'pie' })]).toEqual([
      { hours: 24, by: 'arrival' },
      'deliveries',
    ]);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_250, '1.3 s'],
    [30_400, '30 s'],
    [90_000, '1.5 min'],
    [3 * 3_600_000, '3 h'],
  ])('of %d ms is said as %s', (millis, words) => {
    expect(durationWords(millis)).toBe(words);
  });
});
