/**
 * Reads findings from a file or a folder: details of events, or whole events as EventBridge delivers them. A file holds one
 * JSON document, or one per line, of which blank ones are skipped; bad ones are kept as such.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../shared/topology/findings-source.ts';

export interface FindingLine {
  /** From 1, as editors count; in a folder over all of its documents. */
  readonly lineNumber: number;
  /** The detail of an event. */
  readonly text: string;
  /** In a folder: the name of its file. */
  readonly file?: string;
  /** When the event happened, ISO 8601; absent: as it is published. */
  readonly time?: string;
}

type FindingText = Pick<FindingLine, 'text' | 'time'>;

/** Rejects in words for the person who named the file. */
export function readFindingLines(path: string): readonly FindingLine[] {
  const files = isFolder(path) ? namesIn(path) : undefined;
  const lines =
    files === undefined
      ? documentsIn(readText(path))
      : files.flatMap((file) => documentsIn(readText(join(path, file))).map((document) => ({ ...document, file })));
  if (lines.length === 0) {
    throw new Error(`${path} holds no findings: ${files === undefined ? 'every line' : 'every file'} is blank.`);
  }
  return lines.map(({ text, lineNumber, ...rest }, index) => ({
    lineNumber: files === undefined ? lineNumber : index + 1,
    ...rest,
    ...detailOf(text, path),
  }));
}

/** What a message about the line calls it. */
export function placeOf({ file, lineNumber }: Pick<FindingLine, 'file' | 'lineNumber'>): string {
  return file ?? `line ${lineNumber}`;
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.(?:nd)?json$/.test(name))
    .sort();
}

/** One document if the whole text is an object, each element of a list, else a document per line. */
function documentsIn(file: string): readonly { readonly text: string; readonly lineNumber: number }[] {
  const whole = file.replace(/^\uFEFF/, '').trim();
  const value = parse(whole);
  if (Array.isArray(value)) {
    return value.map((element, index) => ({ text: JSON.stringify(element), lineNumber: index + 1 }));
  }
  if (typeof value === 'object' && value !== null && whole.includes('\n')) {
    return [{ text: whole, lineNumber: 1 }];
  }
  return file
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((text, index) => ({ text: text.trim(), lineNumber: index + 1 }))
    .filter(({ text }) => text !== '');
}

/** A detail stays as it is written: a number may be longer than JavaScript keeps. */
function detailOf(text: string, path: string): FindingText {
  const event = parse(text);
  if (typeof event !== 'object' || event === null || !('detail' in event) || !('detail-type' in event)) {
    return { text };
  }
  const { source, 'detail-type': detailType, time } = event as Readonly<Record<string, unknown>>;
  if (source !== FINDING_SOURCE || detailType !== FINDING_DETAIL_TYPE) {
    throw new Error(
      `${path} holds an event of source ${source} and detail type ${detailType}: the demo publishes only ${FINDING_SOURCE}, ${FINDING_DETAIL_TYPE}.`,
    );
  }
  const isTime = typeof time === 'string' && !Number.isNaN(Date.parse(time));
  return { text: JSON.stringify(event.detail), ...(isTime && { time }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
