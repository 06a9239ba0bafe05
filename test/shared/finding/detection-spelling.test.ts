import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isSpelledAsAsked, understandInstant } from '../../../shared/finding/detection-spelling.ts';
import { runs } from '../../thorough.ts';

describe('a time of detection', () => {
  it.each([
    ['2026-11-23T10:00:00Z', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23t10:00:00z', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23 10:00:00Z', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23 10:00:00 UTC', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T12:00:00+0200', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T12:00:00+02', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T04:30:00-05:30', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00:00+0000', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00Z', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00:00', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['2026-11-23T10:00:00.123456Z', '2026-11-23T10:00:00.123Z'],
    ['2026-11-23T10:00:00.123456789Z', '2026-11-23T10:00:00.123Z'],
    ['2026-11-23T10:00:00,5Z', '2026-11-23T10:00:00.500Z'],
    ['2026-11-23T23:59:60Z', '2026-11-24T00:00:00.000Z'],
    [' 2026-11-23T10:00:00Z\u00a0', '2026-11-23T10:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    [1_795_428_000_000, '2026-11-23T10:00:00.000Z'],
    [1_795_428_000, '2026-11-23T10:00:00.000Z'],
    [1_795_428_000.5, '2026-11-23T10:00:00.500Z'],
    ['1795428000000', '2026-11-23T10:00:00.000Z'],
    [1_795_428_000_123_456, '2026-11-23T10:00:00.123Z'],
    ['1795428000123456789', '2026-11-23T10:00:00.123Z'],
    ['2026-11-23 10:00:00.123456789 +0000 UTC', '2026-11-23T10:00:00.123Z'],
    ['2026-11-23 12:00:00 +0200 CEST', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T11:00:00+01:00[Europe/Berlin]', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00:00Z[UTC]', '2026-11-23T10:00:00.000Z'],
    ['Nov 23, 2026, 10:00:00 AM', '2026-11-23T10:00:00.000Z'],
    ['Nov 23, 2026, 10:00:00\u202fPM', '2026-11-23T22:00:00.000Z'],
    ['November 3, 2026, 12:05 am', '2026-11-03T00:05:00.000Z'],
    ['Sept 3, 2026, 12:05 PM UTC', '2026-09-03T12:05:00.000Z'],
    ['Mon, 23 Nov 2026 10:00:00 GMT', '2026-11-23T10:00:00.000Z'],
    ['Mon, 23 Nov 2026 12:00:00 +0200', '2026-11-23T10:00:00.000Z'],
    ['Mon Nov  3 10:00:00 2026', '2026-11-03T10:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('written %j is %s', (written, instant) => {
    const millis = understandInstant(written);
    expect(millis !== undefined && new Date(millis).toISOString()).toBe(instant);
  });

  it.each([
    '2026-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-00T10:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T10:60:00Z',
    '2026-11-23T10:00:61Z',
    '2026-11-23T10:00:00+24:00',
    '2026-11-23T10:00:00+02:60',
    '23.11.2026 10:00',
    '11/23/2026 10:00',
    '23-Nov-2026 10:00:00',
    'Nov 31, 2026, 10:00:00 AM',
    'Nov 23, 2026, 13:00:00 PM',
    'Nov 23, 2026, 0:00:00 AM',
    'Nov 23, 2026',
    'Nov 23 10:00:00',
    'Novem 23, 2026, 10:00:00 AM',
    'Nov 23, 2026, 10:00:00 AM or so',
    'Dec Nov 23 2026 10:00:00',
    '2026-11-23T10:00:00 UTC UTC UTC',
    'yesterday',
    '',
    null,
    true,
    {},
    Number.POSITIVE_INFINITY,
    Number.MAX_VALUE,
    '99999999999999999999',
  ])('written %j is none', (written) => {
    expect(understandInstant(written)).toBeUndefined();
  });
});

const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));

/** Often as asked, and often wrong in one part. */
const anyTime = fc
  .tuple(
    fc.constantFrom('2026', '2028', '1999', '26'),
    two(13),
    two(32),
    fc.constantFrom('T', 'T', 'T', 't', ' '),
    two(24),
    two(60),
    fc.oneof(
      fc.constant(''),
      two(61).map((second) => `:${second}`),
      two(59).map((second) => `:${second}.123456`),
    ),
    fc.oneof(
      fc.constantFrom('Z', 'z', '', '+0200', '+02'),
      fc.tuple(two(24), two(60)).map(([hours, minutes]) => `-${hours}:${minutes}`),
    ),
  )
  .map(
    ([year, month, day, mark, hour, minute, rest, zone]) =>
      `${year}-${month}-${day}${mark}${hour}:${minute}${rest}${zone}`,
  );

it('is spelled as asked exactly if the parser of the contract takes it', () => {
  const asked = z.iso.datetime({ offset: true });
  fc.assert(
    fc.property(fc.oneof(anyTime, fc.string()), (text) => {
      expect(isSpelledAsAsked(text)).toBe(asked.safeParse(text).success);
    }),
    { numRuns: runs(5_000) },
  );
});

it('is the instant that the language reads, whatever is spelled as asked', () => {
  fc.assert(
    fc.property(anyTime, (text) => {
      if (isSpelledAsAsked(text)) {
        expect(understandInstant(text)).toBe(Date.parse(text));
      }
    }),
    { numRuns: runs(2_000) },
  );
});
