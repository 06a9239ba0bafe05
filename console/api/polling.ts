/**
 * How long an open page waits before it asks again. After a change of its reader's it asks soon; then seldom while things
 * move, and more seldom while nothing does. Who asks, and what for, is not known here.
 */

export interface Waiting {
  readonly millis: number;
  /** How long it waits the next times, whatever comes back. */
  readonly afterwards: readonly number[];
}

export type Asked = 'changed' | 'unchanged' | 'failed';

/** A hundred tabs in which everything moves ask less than five times a second: a tenth of what the API lets through. */
export const BUSY_MILLIS = 21_000;

export const IDLE_MILLIS = 60_000;

const BACKOFF = 1.5;

/** The reader has changed something: its outcome is near. */
export const AFTER_CHANGE: Waiting = { millis: 2_000, afterwards: [4_000, 8_000, 16_000] };

/** The reader has opened a page: what it shows has just been read. A hundred tabs at once make 400 requests in the first minute. */
export const AFTER_OPENING: Waiting = { millis: 10_000, afterwards: [] };

/** A page that is opened does not put off what its reader waits for already. */
export function sooner(a: Waiting, b: Waiting): Waiting {
  return a.millis < b.millis ? a : b;
}

export function nextWaiting({ millis, afterwards }: Waiting, asked: Asked): Waiting {
  const [next, ...later] = afterwards;
  if (next !== undefined) {
    return { millis: next, afterwards: later };
  }
  const backedOff = asked === 'changed' ? BUSY_MILLIS : Math.min(IDLE_MILLIS, millis * BACKOFF);
  return { millis: Math.max(BUSY_MILLIS, backedOff), afterwards: [] };
}
