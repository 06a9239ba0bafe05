import { expect, it } from 'vitest';
import { rangeOf, spanOf } from '../../console/details/span.ts';

const NOW = Date.parse('2026-11-23T10:00:00.000Z');

it('is everything if nothing was picked', () => {
  expect(spanOf(null, NOW)).toEqual({});
});

it('reaches back from now', () => {
  expect(spanOf({ type: 'relative', amount: 24, unit: 'hour' }, NOW)).toEqual({ since: '2026-11-22T10:00:00.000Z' });
  expect(spanOf({ type: 'relative', amount: 7, unit: 'day' }, NOW)).toEqual({ since: '2026-11-16T10:00:00.000Z' });
});

it("is between two times of the reader's zone", () => {
  const [startDate, endDate] = ['2026-11-23T00:00:00+01:00', '2026-11-23T06:00:00+01:00'];
  expect(spanOf({ type: 'absolute', startDate, endDate }, NOW)).toEqual({
    since: '2026-11-22T23:00:00.000Z',
    until: '2026-11-23T05:00:00.000Z',
  });
});

it('is the one of the log, which may have one end only', () => {
  const [since, until] = ['2026-11-22T23:00:00.000Z', '2026-11-23T05:00:00.000Z'];
  const again = (span: Parameters<typeof rangeOf>[0]) => spanOf(rangeOf(span, NOW), NOW);
  expect(again({ since, until })).toEqual({ since, until });
  expect(again({ since })).toEqual({ since, until: '2026-11-23T10:00:00.000Z' });
  expect(again({ until })).toEqual({ since: '2026-10-23T10:00:00.000Z', until });
  expect(rangeOf({}, NOW)).toBeNull();
  expect(rangeOf({ since }, NOW)?.startDate).toMatch(/^2026-11-2[23]T\d\d:\d\d:00[+-]\d\d:\d\d$/);
});
