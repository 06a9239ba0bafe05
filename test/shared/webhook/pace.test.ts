import { describe, expect, it } from 'vitest';
import { paceOf } from '../../../shared/webhook/pace.ts';

describe('the pace of a webhook', () => {
  const published = { pace: { paceMillis: 2_000, burst: 5 } };

  it('is what the tenant has chosen, one at a moment, slower or quicker than what the vendor publishes', () => {
    expect(paceOf({ pace: { perMinute: 6 } }, published)).toEqual({ paceMillis: 10_000, burst: 1 });
    expect(paceOf({ pace: { perMinute: 600 } }, published)).toEqual({ paceMillis: 100, burst: 1 });
    expect(paceOf({ pace: { perMinute: 7 } }, {})).toEqual({ paceMillis: 8_572, burst: 1 });
  });

  it('is otherwise what the vendor publishes, and none without that', () => {
    expect(paceOf({}, published)).toEqual(published.pace);
    expect(paceOf({}, {})).toBeUndefined();
    expect(paceOf({}, undefined)).toBeUndefined();
  });
});
