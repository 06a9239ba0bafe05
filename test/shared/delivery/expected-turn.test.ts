import { describe, expect, it } from 'vitest';
import { expectedAt } from '../../../shared/delivery/expected-turn.ts';

const NOW = Date.UTC(2026, 10, 23, 9);
const pace = { paceMillis: 2_000, burst: 1 };

describe('when the last of those that wait is expected to go', () => {
  it('is one interval for each of them', () => {
    expect(expectedAt(pace, {}, 300, NOW)).toBe(NOW + 600_000);
    expect(expectedAt(pace, {}, 0, NOW)).toBe(NOW);
  });

  it('is after the turns that are taken already', () => {
    expect(expectedAt(pace, { nextTurnAt: NOW + 120_000 }, 300, NOW)).toBe(NOW + 720_000);
    expect(expectedAt(pace, { nextTurnAt: NOW - 120_000 }, 300, NOW)).toBe(NOW + 600_000);
  });

  it('is later while a refusal has stretched the interval', () => {
    const turns = { paceMillis: 4_000, throttledUntil: NOW, nextTurnAt: NOW };
    expect(expectedAt(pace, turns, 300, NOW)).toBe(NOW + 1_200_000);
    expect(expectedAt(pace, turns, 300, NOW + 60_000)).toBe(NOW + 60_000 + 600_000);
  });

  it('does not believe a line that a wrong clock has moved', () => {
    expect(expectedAt(pace, { nextTurnAt: NOW * 2 }, 0, NOW)).toBe(NOW + 17 * 60_000);
  });

  it('is now once the pace is gone', () => {
    expect(expectedAt(undefined, { nextTurnAt: NOW + 120_000 }, 300, NOW)).toBe(NOW);
  });
});
