/**
 * What pages and programs state in numbers, held against the constants that the numbers come from. A file may state only
 * quantities that its row names: a changed constant, and a new sentence with a number, both turn a test red.
 */
import { globSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Quantity, quantitiesIn, quantitiesInCode } from './quantities.ts';

/** A quantity with a list of the constants behind it, or of what is not ours to change: measurements, others' limits. */
export interface Stated {
  readonly ours?: readonly string[];
  readonly others?: readonly string[];
}

/** By the file's path, from the project's folder. */
export type StatedNumbers = Readonly<Record<string, Stated>>;

/** Generated of the very constants, and current by another test. */
const RATES = /<!-- generated: rate -->[\s\S]*?<!-- end of generated -->/g;

export function quantitiesOf(path: string): readonly Quantity[] {
  const text = readFileSync(path, 'utf8');
  return path.endsWith('.md')
    ? quantitiesIn(text.replaceAll(RATES, ''))
    : quantitiesInCode(text, path.endsWith('.tsx'));
}

/** In any order: sentences move, and one that is reworded keeps its number. */
export function expectStated(path: string, { ours = [], others = [] }: Stated): void {
  const found = quantitiesOf(path);
  const lines = found.map(({ value, context }) => `  ${value}: ${context}`).join('\n');
  const hint = `The constants do not agree with what ${path} states:\n${lines}\nCorrect the page, or its row in this test.`;
  expect(found.map(({ value }) => value).toSorted(), hint).toEqual([...ours, ...others].toSorted());
}

/** Files that state a quantity and have no row. */
export function statingWithoutRow(globs: readonly string[], rows: readonly string[]): readonly string[] {
  return globSync(globs)
    .filter((path) => !rows.includes(path) && quantitiesOf(path).length > 0)
    .toSorted();
}
