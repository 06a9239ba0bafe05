/** Finds processes of a run that outlived it, even those that left the group they were started in. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** What was killed a moment ago needs a moment to be gone. */
const GRACE_MILLIS = 2_000;

/**
 * Process ids that have `mark` in their environment and keep running. Needs Linux's /proc: elsewhere it finds nothing.
 * Processes of other users cannot be read, and are not ours.
 */
export async function findLeftovers(mark: string): Promise<readonly number[]> {
  const deadline = Date.now() + GRACE_MILLIS;
  for (;;) {
    const leftovers = listProcesses().filter((pid) => environmentOf(pid).includes(mark));
    if (leftovers.length === 0 || Date.now() > deadline) {
      return leftovers;
    }
    await wait(50);
  }
}

function listProcesses(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Empty for a process that has ended and only waits to be reaped. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
