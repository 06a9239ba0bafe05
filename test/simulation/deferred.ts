/** Calls whose turn a scheduler decides: first when they are applied, then when their answer arrives. */
import type { Scheduler } from 'fast-check';

export type Deferred = <Value>(call: () => Promise<Value>) => Promise<Value>;

export function deferredBy(scheduler: Scheduler): Deferred {
  return async (call) => {
    await scheduler.schedule(Promise.resolve());
    return scheduler.schedule(Promise.resolve(await call()));
  };
}

/** Waits for all parties. A turn comes only after each party has said what it wants next, however long that takes. */
export async function race(scheduler: Scheduler, parties: readonly Promise<unknown>[]): Promise<void> {
  await scheduler.waitFor(Promise.all(parties), async (release) => {
    await allReactions();
    await release();
  });
}

/** Node runs a tick only when no promise has a reaction left to run. */
function allReactions(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
