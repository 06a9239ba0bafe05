/** Many runs, their totals, and the proof that they saw what they were meant to see. */
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Sabotage } from './functions.ts';
import { emptyTally, FAULTS, HAPPENINGS, type Kind, TABLE_LINES, type Tally } from './kinds.ts';
import { simulate } from './simulate.ts';

export interface SeedRuns {
  /** The first seed; the others follow it. */
  readonly from: number;
  readonly count: number;
  readonly onProgress?: (seedsDone: number) => void;
  readonly sabotage?: Sabotage;
}

export interface SeedTotals {
  readonly seeds: number;
  readonly findings: number;
  readonly deliveries: number;
  readonly posts: number;
  readonly duplicatePosts: number;
  readonly crashes: number;
  readonly virtualHours: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly happenings: Readonly<Record<string, number>>;
  /** How often a worker's first look met each line of the protocol's table. */
  readonly tableLines: Readonly<Record<string, number>>;
}

/** A short series must see every kind once, a long one so often that the luck of single runs does not matter. */
const RUNS_TO_SEE_ALL = 250;
const LONG_SERIES = 1_000;
const RUNS_PER_OCCURRENCE = 200;

/** Throws at the first seed that breaks an invariant, and if the runs together have not seen enough. */
export async function runSeeds({ from, count, onProgress, sabotage }: SeedRuns): Promise<SeedTotals> {
  const tally = emptyTally();
  const sums = { findings: 0, deliveries: 0, posts: 0, duplicatePosts: 0, crashes: 0, virtualMillis: 0 };
  for (let seed = from; seed < from + count; seed += 1) {
    const stats = await simulate(seed, sabotage);
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) {
      sums[name] += stats[name];
    }
    for (const [kind, times] of stats.tally) {
      tally.set(kind, (tally.get(kind) ?? 0) + times);
    }
    onProgress?.(seed - from + 1);
    // A run leaves no gap in which anything else of this process would get its turn.
    await othersTurn();
  }
  const least = count < LONG_SERIES ? 1 : count / RUNS_PER_OCCURRENCE;
  const unseen = [...tally].filter(([, times]) => times < least);
  if (count >= RUNS_TO_SEE_ALL && unseen.length > 0) {
    const list = unseen.map(([kind, times]) => `${kind}: ${times}`).join('\n');
    throw new Error(`${count} runs saw less than ${least} of\n${list}`);
  }
  const { virtualMillis, ...totals } = sums;
  return {
    seeds: count,
    ...totals,
    virtualHours: Math.round(virtualMillis / 3_600_000),
    faults: counts(tally, FAULTS),
    happenings: counts(tally, HAPPENINGS),
    tableLines: counts(tally, TABLE_LINES),
  };
}

function counts(tally: Tally, kinds: readonly Kind[]): Readonly<Record<string, number>> {
  return Object.fromEntries(kinds.map((kind) => [kind, tally.get(kind) ?? 0]));
}
