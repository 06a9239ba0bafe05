/** Waiting for what a deployed stack does in its own time. */
import { setTimeout as wait } from 'node:timers/promises';
import { QUEUES } from '../../shared/topology/queues.ts';

/** The last of four attempts is made 21 to 26 s after the first; the rest is polling, on a busy machine. */
const PATIENCE_MILLIS = 120_000;

/**
 * A message whose reader is gone is hidden for as long as its queue says. The emulator kills what runs when a function is
 * updated or stood still for too long; AWS lets it end.
 */
export const AFTER_A_CRASH_MILLIS = 2 * QUEUES.retry.visibilitySeconds * 1_000;

const LOOK_EVERY_MILLIS = 500;

/** What `look` finds, once it finds something; throws, naming `what`, if it does not for too long. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  patienceMillis = PATIENCE_MILLIS,
): Promise<T> {
  const deadline = Date.now() + patienceMillis;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${patienceMillis / 1000} s in vain for ${what}.`);
    }
    await wait(LOOK_EVERY_MILLIS);
  }
}
