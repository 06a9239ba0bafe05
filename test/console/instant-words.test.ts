import { describe, expect, it } from 'vitest';
import { fromNow, inReadersZone, isSoon, untilThen } from '../../console/time/instant-words.ts';

const NOW = Date.parse('2026-11-23T10:00:00.000Z');

it("writes an instant in the reader's zone", () => {
  expect(inReadersZone('2026-11-23T23:30:00.000Z', 'en-GB', 'Europe/Berlin')).toBe('24 Nov 2026, 00:30:00');
  expect(inReadersZone('2026-11-23T10:00:00+02:00', 'en-GB', 'UTC')).toBe('23 Nov 2026, 08:00:00');
});

describe('how long ago', () => {
  it.each([
    ['2026-11-23T09:59:40.000Z', 'just now'],
    ['2026-11-23T10:00:10.000Z', 'in a moment'],
    ['2026-11-23T09:57:00.000Z', '3 minutes ago'],
    ['2026-11-23T10:08:00.000Z', 'in 8 minutes'],
    ['2026-11-23T05:00:00.000Z', '5 hours ago'],
    ['2026-11-20T10:00:00.000Z', '3 days ago'],
  ])('%s is %s', (at, words) => {
    expect(fromNow(at, NOW, 'en-GB')).toBe(words);
  });

  it('is now for what is late', () => {
    expect(untilThen('2026-11-23T09:00:00.000Z', NOW, 'en-GB')).toBe('now');
    expect(untilThen('2026-11-23T10:02:00.000Z', NOW, 'en-GB')).toBe('in 2 minutes');
  });
});

it('takes what is guessed for soon below two minutes', () => {
  expect(isSoon('2026-11-23T10:01:59.999Z', NOW)).toBe(true);
  expect(isSoon('2026-11-23T10:02:00.000Z', NOW)).toBe(false);
  expect(isSoon('2026-11-23T09:00:00.000Z', NOW)).toBe(true);
});
