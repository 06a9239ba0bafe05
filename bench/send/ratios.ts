/** Ratios of what was measured side by side. Pure. */
import { median } from '../percentiles.ts';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** Round by round: what disturbs the machine for a while disturbs both sides of one round. */
export function ratioOf(over: readonly number[], under: readonly number[]): Spread {
  if (over.length !== under.length || over.length === 0) {
    throw new Error(`${over.length} rounds cannot be compared with ${under.length}`);
  }
  return spreadOf(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}
