import { describe, expect, it } from 'vitest';
import { aboveMemoryCeiling, MOST_MEMORY_TIMES_BARE, MOST_TIMES_IDLE } from '../../bench/send/ceilings.ts';
import { memoryResults } from '../../bench/send/memory-results.ts';
import { spreadOf } from '../../bench/send/ratios.ts';
import { aMemoryResult } from './results.ts';

const MIB = 1024 ** 2;
const use = (idle: number, peak: number) => ({
  idle: idle * MIB,
  peak: peak * MIB,
  idleHeap: MIB,
  peakHeap: 4 * MIB,
});

describe('watched memory', () => {
  const [, slow, send] = memoryResults([
    { process: 'bare', under: 'quick', bareUnder: 'quick', taken: [use(50, 60), use(50, 60)] },
    { process: 'bare', under: 'slow', bareUnder: 'slow', taken: [use(50, 100), use(50, 50)] },
    { process: 'send', under: 'slow', bareUnder: 'slow', taken: [use(50, 150), use(50, 100)] },
  ]);

  it('is in MiB, and the peak a multiple of the idle process', () => {
    expect(send?.idleMib).toEqual({ median: 50, least: 50, most: 50 });
    expect(send?.peakMib).toEqual({ median: 100, least: 100, most: 150 });
    expect(send?.timesIdle).toEqual({ median: 2, least: 2, most: 3 });
    expect(send?.heapTimesIdle.median).toBe(4);
  });

  it('is compared with the bare POST under the same receivers, round by round', () => {
    expect(send?.timesBare).toEqual({ median: 1.5, least: 1.5, most: 2 });
    expect(slow?.timesBare.median).toBe(1);
  });

  it('has a bare POST to be compared with', () => {
    const alone = [{ process: 'send', under: 'slow', bareUnder: 'slow', taken: [use(1, 2)] }] as const;
    expect(() => memoryResults(alone)).toThrow('cannot be compared');
  });
});

describe('the ceiling of memory', () => {
  it.each(['send', 'dispatch'] as const)('of %s is kept by what reaches it, and broken by what is above', (process) => {
    const most = MOST_TIMES_IDLE[process];
    const result = (timesIdle: number) => aMemoryResult({ process, timesIdle: spreadOf([timesIdle]) });
    expect(aboveMemoryCeiling([result(most)])).toEqual([]);
    expect(aboveMemoryCeiling([result(most + 0.1)])).toHaveLength(1);
    expect(aboveMemoryCeiling([result(Number.NaN)])).toHaveLength(1);
  });

  it('holds beside a bare POST too, which has none itself', () => {
    const timesBare = spreadOf([MOST_MEMORY_TIMES_BARE + 0.1]);
    expect(aboveMemoryCeiling([aMemoryResult({ timesBare })])).toHaveLength(1);
    expect(aboveMemoryCeiling([aMemoryResult({ process: 'bare', timesBare })])).toEqual([]);
  });
});
