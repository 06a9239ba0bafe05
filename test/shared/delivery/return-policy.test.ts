import { describe, expect, it } from 'vitest';
import {
  LONGEST_RETURN_SECONDS,
  PATIENCE_SECONDS,
  receivesWithin,
  returnSeconds,
  secondsUntil,
} from '../../../shared/delivery/return-policy.ts';
import { MAX_RECEIVES, QUEUES } from '../../../shared/topology/queues.ts';

describe('a returned message', () => {
  it('comes back after 5 s, and after twice as long each time, up to 180 s', () => {
    const receives = [1, 2, 3, 4, 5, 6, 7, 8, 105];
    expect(receives.map(returnSeconds)).toEqual([5, 10, 20, 40, 80, 160, 180, 180, 180]);
  });

  it('never waits longer than a message whose function died', () => {
    expect(LONGEST_RETURN_SECONDS).toBe(QUEUES.delivery.visibilitySeconds);
  });

  it.each([
    ['in time', 12_001, 13],
    ['at once if it is over', 0, 1],
    ['never for ever', 10_000_000, 180],
  ])('that waits for an instant comes back %s', (_what, millis, seconds) => {
    expect(secondsUntil(1_000 + millis, 1_000)).toBe(seconds);
  });
});

describe('the receives that a time takes', () => {
  it.each([
    [1, 1],
    [5, 1],
    [6, 2],
    [315, 6],
    [316, 7],
  ])('are those whose returns fill %i s', (seconds, receives) => {
    expect(receivesWithin(seconds)).toBe(receives);
  });

  it('of five hours are what the queues allow: an outage is waited out', () => {
    expect(MAX_RECEIVES).toBe(receivesWithin(PATIENCE_SECONDS));
    const waited = Array.from({ length: MAX_RECEIVES }, (_, index) => returnSeconds(index + 1));
    expect(waited.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThanOrEqual(5 * 60 * 60);
  });
});
