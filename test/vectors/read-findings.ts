/** The corpus of findings as publishers write them (`findings/`), and what becomes of each (`findings.expected.json`). */
import { readdirSync, readFileSync } from 'node:fs';
import expected from './findings.expected.json' with { type: 'json' };

const FOLDER = new URL('findings/', import.meta.url);

/** The repairs in order, none for a finding that is as asked; or the field for which it is refused. */
export type ExpectedFinding = readonly string[] | { readonly refused: string };

export interface WrittenFinding {
  /** Of its file. */
  readonly name: string;
  /** A whole event, or the detail of one. */
  readonly written: Readonly<Record<string, unknown>>;
  readonly expected: ExpectedFinding | undefined;
}

export function readFindings(): readonly WrittenFinding[] {
  const table: Readonly<Record<string, ExpectedFinding>> = expected;
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const name = file.replace(/\.json$/, '');
      return { name, written: JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')), expected: table[name] };
    });
}

/** As it lies in the findings queue. */
export function eventAround({ written }: WrittenFinding): string {
  return JSON.stringify('detail' in written ? written : { time: '2026-11-23T08:14:09Z', detail: written });
}
