/** Percentiles of rounds, with their spread. Pure. */
import type { Percentiles } from './percentiles.ts';
import type { LatencyResult } from './results.ts';
import { ratioOf, spreadOf } from './send/ratios.ts';

/** `against` is of another commit, in the same rounds; empty if none was measured. */
export function latencyResult(
  perSecond: LatencyResult['perSecond'],
  here: readonly Percentiles[],
  against: readonly Percentiles[],
): LatencyResult {
  const p95 = (rounds: readonly Percentiles[]) => rounds.map((round) => round.p95);
  return {
    perSecond,
    rounds: here.length,
    millis: { here: spreads(here), ...(against.length > 0 && { against: spreads(against) }) },
    ...(against.length > 0 && { timesAgainst: ratioOf(p95(here), p95(against)) }),
  };
}

function spreads(rounds: readonly Percentiles[]) {
  const of = (key: keyof Percentiles) => spreadOf(rounds.map((round) => round[key]));
  return { p50: of('p50'), p95: of('p95'), p99: of('p99') };
}
