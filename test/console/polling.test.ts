/** How often open pages ask, on a simulated clock: soon after its reader's doing, then seldom. */
import { describe, expect, it } from 'vitest';
import { ASK_SOON, type Asked, nextWaiting, type Waiting } from '../../console/api/polling.ts';

const MINUTE = 60_000;

/** The moments at which one tab asks within so long, each answered alike. */
function asks(forMillis: number, asked: Asked): readonly number[] {
  const moments: number[] = [];
  let waiting: Waiting = ASK_SOON;
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
  it('asks soon after what its reader did, however little has changed', () => {
    expect(asks(MINUTE, 'unchanged').slice(0, 5)).toEqual([2_000, 5_000, 10_000, 18_000, 31_000]);
  });

  it.each<Asked>(['unchanged', 'failed'])('asks once a minute in the end while what comes back is %s', (asked) => {
    const moments = asks(20 * MINUTE, asked);
    expect([15, 16, 17].map((minute) => perMinute(moments, minute))).toEqual([1, 1, 1]);
  });

  it('is as quick as before once something moves again', () => {
    let waiting: Waiting = ASK_SOON;
    for (let asked = 0; asked < 20; asked += 1) {
      waiting = nextWaiting(waiting, 'unchanged');
    }
    expect(nextWaiting(waiting, 'changed').millis).toBe(21_000);
  });
});
