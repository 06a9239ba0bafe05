/**
 * Removes each guard in turn from a copy of the project and shows which test goes red. A guard whose removal turns
 * nothing red fails the run: it needs a test.
 */
import { GUARDS } from '../guards/guards.ts';
import { withAlteredCopy } from './altered-copy.ts';

export interface RemovedGuard {
  readonly name: string;
  /** The first test that went red; undefined if none did. */
  readonly red: string | undefined;
}

export function removeGuards(onProgress: (removed: RemovedGuard) => void): Promise<readonly RemovedGuard[]> {
  return withAlteredCopy(async (copy) => {
    await copy.demandGreen(GUARDS.map(({ test }) => test));
    const all: RemovedGuard[] = [];
    for (const { name, file, guard, without, test } of GUARDS) {
      const removed = { name, red: await copy.firstRedBy([{ file, text: guard, by: without }], test) };
      onProgress(removed);
      all.push(removed);
    }
    return all;
  });
}

if (import.meta.main) {
  const removed = await removeGuards(({ name, red }) =>
    console.log(`${red === undefined ? 'NOTHING RED' : 'red'}  ${name}\n     ${red ?? ''}`),
  );
  const unguarded = removed.filter(({ red }) => red === undefined);
  console.log(
    `${removed.length - unguarded.length} of ${removed.length} guards turn a test red when they are removed.`,
  );
  process.exitCode = unguarded.length === 0 ? 0 : 1;
}
