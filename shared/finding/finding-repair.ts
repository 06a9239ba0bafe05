/**
 * Makes a finding of what a publisher wrote. Only what cannot be delivered is refused: no id, no title, no severity that can be
 * understood. Everything else is repaired, and each repair is named. Of one value all spellings are repaired to one, so that
 * they give one delivery; what the contract takes as it is stays as it is.
 */

import type { Affected } from './affected.ts';
import { isSpelledAsAsked, understandInstant } from './detection-spelling.ts';
import { FINDING_BOUNDS, type Finding, isPlausibleInstant } from './finding.ts';
import { isLink, readsAsText, respellLink } from './finding-link.ts';
import { asText, fitId, fitText } from './repair-text.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from './severity.ts';
import { middleScore, understandLevel, understandScore } from './severity-spelling.ts';

/** The fields that can be repaired. A repair names one of them and never what it holds: it ends up in logs. */
export type RepairedField =
  | 'id'
  | 'title'
  | 'severity.level'
  | 'severity.score'
  | 'affected'
  | 'affected.type'
  | 'affected.id'
  | 'affected.name'
  | 'affected.originalType'
  | 'platform'
  | 'detectedAt'
  | 'attributes'
  | 'alsoAffected'
  | 'platforms'
  | 'description'
  | 'remediation'
  | 'remediation.summary'
  | 'remediation.url';

/**
 * `respelled`: understood, and written as the contract asks. `cut`: too long. `unicode`: a lone surrogate is replaced.
 * `filled-in`: nothing usable was there. `dropped`: what was there is gone. `moved`: a link's text is in the summary now.
 */
export type RepairKind = 'respelled' | 'cut' | 'unicode' | 'filled-in' | 'dropped' | 'moved';

export interface Repair {
  readonly field: RepairedField;
  readonly kind: RepairKind;
}

/** A field without which nothing can be delivered, and what it must be. */
export interface Lack {
  readonly field: 'id' | 'title' | 'severity.level';
  readonly must: string;
}

export type RepairedFinding =
  | { readonly kind: 'repaired'; readonly finding: Finding; readonly repairs: readonly Repair[] }
  | { readonly kind: 'refused'; readonly lacks: readonly Lack[] };

/** Epoch milliseconds. */
export interface RepairTimes {
  readonly now: number;
  /** Takes the place of an unusable time of detection. */
  readonly published: number;
}

type Note = (field: RepairedField, kind: RepairKind) => void;
type Members = Readonly<Record<string, unknown>>;

/** What stands where nothing usable was. */
const UNKNOWN = 'unknown';

export function repairFinding(written: unknown, times: RepairTimes): RepairedFinding {
  const given = membersOf(written) ?? {};
  const repairs: Repair[] = [];
  const note: Note = (field, kind) => repairs.push({ field, kind });
  const id = repairId(given['id'], 'id', note);
  const title = repairText(given['title'], 'title', FINDING_BOUNDS.titleCharacters, note);
  const level = repairLevel(given['severity'], note);
  if (!id || !title || level === undefined) {
    return { kind: 'refused', lacks: lacksOf(id, title, level) };
  }
  const finding = {
    id,
    title,
    severity: { level, score: repairScore(membersOf(given['severity'])?.['score'], level, note) },
    affected: repairAffected(given['affected'], note),
    platform: repairPlatform(given['platform'], note),
    detectedAt: repairDetection(given['detectedAt'], times, note),
    remediation: repairRemediation(given['remediation'], note),
  };
  return { kind: 'repaired', finding, repairs };
}

function lacksOf(id?: string, title?: string, level?: SeverityLevel): readonly Lack[] {
  const text = 'must be a text that is not empty';
  return [
    ...(id ? [] : [{ field: 'id', must: text } as const]),
    ...(title ? [] : [{ field: 'title', must: text } as const]),
    ...(level ? [] : [{ field: 'severity.level', must: `must be one of ${SEVERITY_LEVELS.join(', ')}` } as const]),
  ];
}

/** The level may stand in the place of the whole severity. */
function repairLevel(written: unknown, note: Note): SeverityLevel | undefined {
  const word = membersOf(written)?.['level'] ?? written;
  const level = typeof word === 'string' ? understandLevel(word) : undefined;
  if (level !== undefined && (level !== word || word === written)) {
    note('severity.level', 'respelled');
  }
  return level;
}

function repairScore(written: unknown, level: SeverityLevel, note: Note): number {
  const score = understandScore(written);
  if (score === undefined) {
    note('severity.score', 'filled-in');
    return middleScore(level);
  }
  if (score !== written) {
    note('severity.score', 'respelled');
  }
  return score;
}

/** Of several the first; a text alone is its id. */
function repairAffected(written: unknown, note: Note): Affected {
  const first: unknown = Array.isArray(written) ? written[0] : written;
  const members = membersOf(first);
  const isListOfOne = Array.isArray(written) && written.length === 1;
  if (Array.isArray(written) && !isListOfOne) {
    note('affected', 'dropped');
  } else if (isListOfOne || (members === undefined && !isMissing(first))) {
    note('affected', 'respelled');
  }
  const given = members ?? { id: first };
  const name = repairText(given['name'], 'affected.name', FINDING_BOUNDS.nameCharacters, note);
  const id = repairId(given['id'], 'affected.id', note);
  if (!id) {
    note('affected.id', 'filled-in');
  }
  if (name === undefined) {
    note('affected.name', 'filled-in');
  }
  return {
    ...repairType(given['type'], given['originalType'], note),
    // Its name is all that tells it from others then.
    id: id || (name ? fitId(name, FINDING_BOUNDS.idCharacters) : UNKNOWN),
    name: name ?? (id ? fitText(id, FINDING_BOUNDS.nameCharacters) : ''),
  };
}

const IDENTITY_WORDS: ReadonlySet<string> = new Set([
  'user',
  'account',
  'serviceaccount',
  'person',
  'principal',
  'serviceprincipal',
  'role',
  'group',
  'iamuser',
  'iamrole',
  'awsiamuser',
  'awsiamrole',
]);

/** Whatever is no word for an identity is an asset, under the publisher's word in small letters. */
function repairType(type: unknown, original: unknown, note: Note): Pick<Affected, 'type' | 'originalType'> {
  const given = repairText(original, 'affected.originalType', FINDING_BOUNDS.typeCharacters, note);
  if (original !== undefined && !given) {
    note('affected.originalType', 'dropped');
  }
  const kept = given ? { originalType: given } : {};
  if (type === 'identity' || type === 'asset') {
    return { type, ...kept };
  }
  const word = typeof type === 'string' ? type.trim().toLowerCase() : '';
  note('affected.type', word === '' ? 'filled-in' : 'respelled');
  if (word === 'identity' || word === 'asset') {
    return { type: word, ...kept };
  }
  return {
    type: IDENTITY_WORDS.has(word.replaceAll(/[\s_-]/g, '')) ? 'identity' : 'asset',
    ...(word !== '' && { originalType: fitText(word, FINDING_BOUNDS.typeCharacters) }),
    ...kept,
  };
}

function repairPlatform(written: unknown, note: Note): string {
  const platform = repairText(written, 'platform', FINDING_BOUNDS.platformCharacters, note);
  if (platform) {
    return platform;
  }
  note('platform', 'filled-in');
  return UNKNOWN;
}

function repairDetection(written: unknown, { now, published }: RepairTimes, note: Note): string {
  const millis = understandInstant(written);
  if (millis === undefined || !isPlausibleInstant(millis, now)) {
    note('detectedAt', 'filled-in');
    return new Date(published).toISOString();
  }
  const isAsAsked = typeof written === 'string' && isSpelledAsAsked(written);
  if (isAsAsked && written.length <= FINDING_BOUNDS.detectedAtCharacters) {
    return written;
  }
  note('detectedAt', 'respelled');
  return new Date(millis).toISOString();
}

/** A text alone is its summary. */
function repairRemediation(written: unknown, note: Note): Finding['remediation'] {
  const members = membersOf(written);
  if (members === undefined) {
    note('remediation', isMissing(written) ? 'filled-in' : typeof written === 'string' ? 'respelled' : 'dropped');
  }
  const given = members ?? { summary: written };
  const summary = typeof given['summary'] === 'string' ? given['summary'] : '';
  if (members !== undefined && typeof given['summary'] !== 'string') {
    note('remediation.summary', isMissing(given['summary']) ? 'filled-in' : 'dropped');
  }
  const link = repairLink(given['url'], 'remediation.url', note);
  const lines = [summary, link.text].filter((text) => text !== '').join('\n');
  return {
    summary: repairText(lines, 'remediation.summary', FINDING_BOUNDS.summaryCharacters, note) ?? '',
    ...(link.url !== undefined && { url: link.url }),
  };
}

/** The link, or the text of what is none and helps a reader all the same. */
function repairLink(
  written: unknown,
  field: RepairedField,
  note: Note,
): { readonly url?: string; readonly text: string } {
  if (written === undefined) {
    return { text: '' };
  }
  const url = typeof written === 'string' ? respellLink(written) : '';
  if (isLink(url)) {
    if (url !== written) {
      note(field, 'respelled');
    }
    return { url, text: '' };
  }
  note(field, readsAsText(url) ? 'moved' : 'dropped');
  return { text: readsAsText(url) ? url : '' };
}

function repairId(written: unknown, field: RepairedField, note: Note): string | undefined {
  const text = asText(written);
  if (text === undefined) {
    return undefined;
  }
  const id = fitId(text, FINDING_BOUNDS.idCharacters);
  if (id !== written) {
    note(field, kindOf(written, text));
  }
  return id;
}

/** Undefined if it is neither a text nor a number. */
function repairText(written: unknown, field: RepairedField, maxCharacters: number, note: Note): string | undefined {
  const text = asText(written);
  if (text === undefined) {
    return undefined;
  }
  const fitting = fitText(text, maxCharacters);
  if (fitting !== written) {
    note(field, kindOf(written, text));
  }
  return fitting;
}

function kindOf(written: unknown, text: string): RepairKind {
  if (text !== written) {
    return 'respelled';
  }
  return text.isWellFormed() ? 'cut' : 'unicode';
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
