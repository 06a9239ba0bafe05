/** Reads a file of finding event details, one JSON object per line. Blank lines are skipped; bad ones are kept as such. */
import { readFileSync } from 'node:fs';

export interface FindingLine {
  /** From 1, as editors count. */
  readonly lineNumber: number;
  readonly text: string;
}

/** Rejects in words for the person who named the file. */
export function readFindingLines(file: string): readonly FindingLine[] {
  const lines = readText(file)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((text, index) => ({ lineNumber: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
  if (lines.length === 0) {
    throw new Error(`${file} holds no findings: every line is blank.`);
  }
  return lines;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
