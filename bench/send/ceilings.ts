/** What `send` may cost at most beside a bare POST of the same run: `npm run proof` fails above it. Pure. */
import type { ScenarioResult } from './results.ts';

/**
 * By the size of a batch. Well above what was measured, because a busy machine shifts even ratios: they are there for a
 * change that makes every delivery dearer, not for a few per cent.
 */
export const MOST_TIMES_BARE: Readonly<Record<ScenarioResult['batchSize'], number>> = { 10: 14, 1: 36 };

/** A line for each scenario that costs too much. */
export function aboveCeiling(scenarios: readonly ScenarioResult[]): readonly string[] {
  return scenarios.flatMap(({ batchSize, hosts, timesBare }) => {
    const [measured, most] = [timesBare.send?.median ?? Number.NaN, MOST_TIMES_BARE[batchSize]];
    return measured <= most
      ? []
      : [`batches of ${batchSize}, hosts: ${hosts}: ${measured.toFixed(1)} × a bare POST, not ${most} at most`];
  });
}
