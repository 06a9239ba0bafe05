/**
 * How long an open page waits before it asks again. After what its reader does the outcome is near, so it asks soon; then
 * seldom while things move, and more seldom while nothing does. Who asks, and what for, is not known here.
 */

export interface Waiting {
  /** How many times it has asked soon. */
  readonly soon: number;
  readonly millis: number;
}

export type Asked = 'changed' | 'unchanged' | 'failed';

const SOON_MILLIS = [2_000, 3_000, 5_000, 8_000, 13_000] as const;

/** A hundred tabs in which everything moves ask less than five times a second: a tenth of what the API lets through. */
export const BUSY_MILLIS = 21_000;

export const IDLE_MILLIS = 60_000;

const BACKOFF = 1.5;

/** The reader has opened a page, or has changed something. */
export const ASK_SOON: Waiting = { soon: 0, millis: SOON_MILLIS[0] };

export function nextWaiting({ soon, millis }: Waiting, asked: Asked): Waiting {
  const next = SOON_MILLIS[soon + 1];
  if (next !== undefined) {
    return { soon: soon + 1, millis: next };
  }
  const backedOff = asked === 'changed' ? BUSY_MILLIS : Math.min(IDLE_MILLIS, millis * BACKOFF);
  return { soon: SOON_MILLIS.length, millis: Math.max(BUSY_MILLIS, backedOff) };
}
