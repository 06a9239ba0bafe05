import { describe, expect, it } from 'vitest';
import { mostPerMinute } from '../../../shared/destinations/format.ts';

describe('the fastest pace that a tenant may choose', () => {
  it.each([
    [undefined, 6_000],
    [{ paceMillis: 6, burst: 1_000 }, 6_000],
    [{ paceMillis: 1_000, burst: 1 }, 60],
    [{ paceMillis: 2_100, burst: 1 }, 28],
    [{ paceMillis: 52_000, burst: 1_666 }, 1],
  ])('is, beside the limit %j, %i a minute', (pace, perMinute) => {
    expect(mostPerMinute(pace && { pace })).toBe(perMinute);
  });
});
