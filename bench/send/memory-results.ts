/** Ratios of watched memory. Pure. */
import type { MemoryResult } from '../results.ts';
import type { MemoryUse } from './measured-child.ts';
import { ratioOf, spreadOf } from './ratios.ts';

const MIB = 1024 ** 2;

export interface WatchedProcess extends Pick<MemoryResult, 'process' | 'under'> {
  /** Under which receivers the bare POST is that it is compared with. */
  readonly bareUnder: string;
  /** One for each round. */
  readonly taken: readonly MemoryUse[];
}

export function memoryResults(watched: readonly WatchedProcess[]): readonly MemoryResult[] {
  return watched.map(({ process, under, bareUnder, taken }) => {
    const of = (key: keyof MemoryUse) => taken.map((use) => use[key]);
    const bare = watched.find((one) => one.process === 'bare' && one.under === bareUnder);
    return {
      process,
      under,
      idleMib: spreadOf(of('idle').map((bytes) => bytes / MIB)),
      peakMib: spreadOf(of('peak').map((bytes) => bytes / MIB)),
      timesIdle: ratioOf(of('peak'), of('idle')),
      heapTimesIdle: ratioOf(of('peakHeap'), of('idleHeap')),
      timesBare: ratioOf(of('peak'), bare?.taken.map(({ peak }) => peak) ?? []),
    };
  });
}
