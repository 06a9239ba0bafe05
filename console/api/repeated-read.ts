/** When a failed read is repeated by itself, and after how long. Pure. */
import { isPassing, waitOf } from './api-error.ts';

const MOST_RETRIES = 2;

/** Too many requests are no failure: the page says so and goes on by itself. */
export function isRepeated(failures: number, error: unknown): boolean {
  return waitOf(error) !== undefined || (failures < MOST_RETRIES && isPassing(error));
}

/** As TanStack Query has it. */
const FIRST_DELAY_MILLIS = 1_000;
const LONGEST_DELAY_MILLIS = 30_000;

/** Tabs that were refused together do not come back together. */
const SPREAD_MILLIS = 5_000;

export function retryDelay(failures: number, error: unknown): number {
  const wait = waitOf(error);
  return wait === undefined
    ? Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** failures)
    : wait.seconds * 1_000 + SPREAD_MILLIS * Math.random();
}
