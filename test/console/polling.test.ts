/** How often open pages ask, on a simulated clock: soon after a change of their reader's, then seldom. */
import { describe, expect, it } from 'vitest';
import {
  AFTER_CHANGE,
  AFTER_OPENING,
  type Asked,
  nextWaiting,
  sooner,
  type Waiting,
} from '../../console/api/polling.ts';

const MINUTE = 60_000;

/** The moments at which one tab asks within so long, each answered alike. */
function asks(begin: Waiting, forMillis: number, asked: Asked): readonly number[] {
  const moments: number[] = [];
  let waiting = begin;
  for (let now = waiting.millis; now < forMillis; now += waiting.millis) {
    moments.push(now);
    waiting = nextWaiting(waiting, asked);
  }
  return moments;
}

function perMinute(moments: readonly number[], minute: number): number {
  return moments.filter((at) => Math.floor(at / MINUTE) === minute).length;
}

describe('an open page', () => {
  it('asks three times at most in its first minute', () => {
    expect(asks(AFTER_OPENING, MINUTE, 'unchanged')).toEqual([10_000, 31_000]);
    expect(asks(AFTER_OPENING, MINUTE, 'changed')).toEqual([10_000, 31_000, 52_000]);
  });

  it('asks soon after a change of its reader, however little has changed by then', () => {
    expect(asks(AFTER_CHANGE, MINUTE, 'unchanged')).toEqual([2_000, 6_000, 14_000, 30_000, 54_000]);
  });

  it('does not put off what its reader waits for when another page is opened', () => {
    expect(sooner(AFTER_CHANGE, AFTER_OPENING)).toBe(AFTER_CHANGE);
    expect(sooner({ millis: 60_000, afterwards: [] }, AFTER_OPENING)).toBe(AFTER_OPENING);
  });

  it.each<Asked>(['unchanged', 'failed'])('asks once a minute in the end while what comes back is %s', (asked) => {
    const moments = asks(AFTER_OPENING, 20 * MINUTE, asked);
    expect([15, 16, 17].map((minute) => perMinute(moments, minute))).toEqual([1, 1, 1]);
  });

  it('is as quick as before once something moves again', () => {
    let waiting: Waiting = AFTER_OPENING;
    for (let asked = 0; asked < 20; asked += 1) {
      waiting = nextWaiting(waiting, 'unchanged');
    }
    expect(nextWaiting(waiting, 'changed').millis).toBe(21_000);
  });
});
