/** A function that computes from one invocation until the next says that it is enough. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE_MILLIS = 20;

let isComputing = false;

export async function handler(event: { readonly compute: boolean }): Promise<void> {
  isComputing = event.compute;
  while (isComputing) {
    const until = performance.now() + SLICE_MILLIS;
    while (performance.now() < until) {
      // What a busy invocation does: it leaves the loop to no other.
    }
    await nextTurn();
  }
}
