/** When a read is repeated by itself, and after how long. */
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../console/api/api-error.ts';
import { isRepeated, retryDelay } from '../../console/api/repeated-read.ts';

const TOO_MANY = new ApiError({ kind: 'failed', status: 429, retryAfterSeconds: 12 });
const BROKEN = new ApiError({ kind: 'failed', status: 503 });
const REFUSED = new ApiError({ kind: 'failed', status: 404 });

describe('a read that failed', () => {
  it('is repeated for as long as the API has no room, and no sooner than it asked for', () => {
    expect(isRepeated(100, TOO_MANY)).toBe(true);
    const delays = Array.from({ length: 100 }, () => retryDelay(3, TOO_MANY));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(12_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(17_000);
    // Those who were refused together do not come back together.
    expect(new Set(delays).size).toBeGreaterThan(50);
  });

  it('waits a little where the response does not say how long', () => {
    const delay = retryDelay(0, new ApiError({ kind: 'failed', status: 429 }));
    expect(delay).toBeGreaterThanOrEqual(5_000);
  });

  it('is repeated twice if it may fare better, and never if it was refused', () => {
    expect([isRepeated(1, BROKEN), isRepeated(2, BROKEN), isRepeated(0, REFUSED)]).toEqual([true, false, false]);
    expect([retryDelay(0, BROKEN), retryDelay(1, BROKEN)]).toEqual([1_000, 2_000]);
  });
});
