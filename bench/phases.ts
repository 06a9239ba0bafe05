/** Sorts deliveries by when they were published, and compares each phase with the undisturbed one. Pure. */
import { percentilesOf } from './percentiles.ts';

export interface Phase {
  readonly name: string;
  /** Seconds since the start; the phase ends before the second. */
  readonly from: number;
  readonly to: number;
}

export interface Published {
  /** Milliseconds since the start. */
  readonly atMillis: number;
  /** Until the finding first arrived; `Infinity` if it never did. */
  readonly tookMillis: number;
}

export interface PhaseResult {
  readonly name: string;
  readonly deliveries: number;
  readonly missing: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** How many times the p95 of the phase that they are compared with. */
  readonly times: number;
}

/** `base` is the name of the phase that all are compared with. */
export function comparePhases(
  published: readonly Published[],
  phases: readonly Phase[],
  base: string,
): readonly PhaseResult[] {
  const figures = phases.map(({ name, from, to }) => {
    const took = published
      .filter(({ atMillis }) => atMillis >= from * 1_000 && atMillis < to * 1_000)
      .map(({ tookMillis }) => tookMillis);
    return {
      name,
      deliveries: took.length,
      missing: took.filter((millis) => millis === Infinity).length,
      ...percentilesOf(took),
    };
  });
  const undisturbed = figures.find(({ name }) => name === base)?.p95 ?? Number.NaN;
  return figures.map((figure) => ({ ...figure, times: figure.p95 / undisturbed }));
}

export function asTable(results: readonly PhaseResult[]): readonly string[] {
  const rows = results.map(({ name, deliveries, missing, p50, p95, p99, times }) => [
    name,
    String(deliveries),
    String(missing),
    ...[p50, p95, p99].map(inSeconds),
    Number.isFinite(times) ? times.toFixed(2) : '-',
  ]);
  const table = [['', 'findings', 'missing', 'p50 s', 'p95 s', 'p99 s', 'p95 / undisturbed'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function inSeconds(millis: number): string {
  return Number.isFinite(millis) ? (millis / 1_000).toFixed(2) : 'never';
}
