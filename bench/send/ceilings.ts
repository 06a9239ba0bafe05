/** What the functions may cost at most, as ratios within one run: `npm run proof` fails above it. Pure. */
import type { MemoryResult } from '../results.ts';
import type { ScenarioResult } from './results.ts';

/**
 * By the size of a batch. Well above what was measured, because a busy machine shifts even ratios: they are there for a
 * change that makes every delivery dearer, not for a few per cent.
 */
export const MOST_TIMES_BARE: Readonly<Record<ScenarioResult['batchSize'], number>> = { 10: 9, 1: 22 };

/** A line for each scenario that costs too much. */
export function aboveCeiling(scenarios: readonly ScenarioResult[]): readonly string[] {
  return scenarios.flatMap(({ batchSize, hosts, perSecond, timesBare }) => {
    const [measured, most] = [timesBare.send?.median ?? Number.NaN, MOST_TIMES_BARE[batchSize]];
    return measured <= most
      ? []
      : [
          `batches of ${batchSize}, hosts: ${hosts}${perSecond ? `, ${perSecond} a second` : ''}: ${measured.toFixed(1)} × a bare POST, not ${most} at most`,
        ];
  });
}

/** The peak of resident memory, beside the idle process. */
export const MOST_TIMES_IDLE: Readonly<Record<Exclude<MemoryResult['process'], 'bare'>, number>> = {
  send: 3,
  dispatch: 3,
};

/** The same, beside the peak of the bare POST's process. */
export const MOST_MEMORY_TIMES_BARE = 2;

/** A line for each figure of a process that takes too much. */
export function aboveMemoryCeiling(results: readonly MemoryResult[]): readonly string[] {
  return results.flatMap(({ process, under, timesIdle, timesBare }) => {
    if (process === 'bare') {
      return [];
    }
    const figures = [
      ['its idle memory', timesIdle.median, MOST_TIMES_IDLE[process]],
      ["the memory of a bare POST's process", timesBare.median, MOST_MEMORY_TIMES_BARE],
    ] as const;
    return figures
      .filter(([, measured, most]) => !(measured <= most))
      .map(([of, measured, most]) => `${process}, ${under}: ${measured.toFixed(1)} × ${of}, not ${most} at most`);
  });
}
