/**
 * Makes a finding of what a publisher wrote. Only what cannot be delivered is refused: no id, no title, no severity that can be
 * understood. Everything else is repaired, and each repair is named. Of one value all spellings are repaired to one, so that
 * they give one delivery; what the contract takes as it is stays as it is.
 */

import { isSpelledAsAsked, understandInstant } from './detection-spelling.ts';
import { FINDING_BOUNDS, type Finding, isPlausibleInstant } from './finding.ts';
import { isLink, isSecureLink } from './finding-link.ts';
import {
  type Fold,
  isMissing,
  membersOf,
  type Note,
  type Repair,
  repairId,
  repairLink,
  repairText,
  textsOf,
} from './repair.ts';
import { repairEveryAffected } from './repair-affected.ts';
import { repairAttributes, repairOptionalText, repairPlatforms } from './repair-details.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from './severity.ts';
import { middleScore, understandLevel, understandScore } from './severity-spelling.ts';

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

const besideOneAnother: Fold = (texts) => texts.join(', ');
const belowOneAnother: Fold = (texts) => texts.join('\n');

/** Alert rules compare a category: several in one text would be none of those that tenants chose. */
const firstOf: Fold = ([first = '']) => first;

export function repairFinding(written: unknown, times: RepairTimes): RepairedFinding {
  const given = membersOf(written) ?? {};
  const repairs: Repair[] = [];
  // Once each: a list may need the same repair a thousand times.
  const note: Note = (field, kind) => {
    if (!repairs.some((repair) => repair.field === field && repair.kind === kind)) {
      repairs.push({ field, kind });
    }
  };
  const id = repairId(given['id'], 'id', FINDING_BOUNDS.idCharacters, note);
  const title = repairText(given['title'], 'title', FINDING_BOUNDS.titleCharacters, note, besideOneAnother);
  const level = repairLevel(given['severity'], note);
  if (!id || !title || level === undefined) {
    return { kind: 'refused', lacks: lacksOf(id, title, level) };
  }
  const page = repairLink(given['url'], 'url', isSecureLink, note);
  const finding = {
    id,
    title,
    severity: { level, score: repairScore(membersOf(given['severity'])?.['score'], level, note) },
    ...repairOptionalText(given, 'category', FINDING_BOUNDS.categoryCharacters, note, firstOf),
    ...(page.url !== undefined && { url: page.url }),
    ...repairOptionalText(given, 'description', FINDING_BOUNDS.descriptionCharacters, note, belowOneAnother),
    ...repairEveryAffected(given['affected'], given['alsoAffected'], note),
    ...repairPlatforms(given['platform'], given['platforms'], note),
    ...repairAttributes(given['attributes'], note),
    detectedAt: repairDetection(given['detectedAt'], times, note),
    remediation: repairRemediation(given['remediation'], page.text, note),
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

/** A text alone, or a list of texts, is its summary. The text of a page's link that is none stands below it, too. */
function repairRemediation(written: unknown, pageText: string, note: Note): Finding['remediation'] {
  const members = membersOf(written);
  const isText = typeof written === 'string' || (Array.isArray(written) && textsOf(written).length > 0);
  if (members === undefined) {
    note('remediation', isMissing(written) ? 'filled-in' : isText ? 'respelled' : 'dropped');
  }
  const given = members ?? { summary: written };
  const summary = repairSummary(given['summary'], members === undefined ? () => undefined : note);
  const link = repairLink(given['url'], 'remediation.url', isLink, note);
  const lines = [summary, link.text, pageText].filter((text) => text !== '').join('\n');
  return {
    summary: repairText(lines, 'remediation.summary', FINDING_BOUNDS.summaryCharacters, note) ?? '',
    ...(link.url !== undefined && { url: link.url }),
  };
}

/** Not cut yet. */
function repairSummary(written: unknown, note: Note): string {
  if (typeof written === 'string') {
    return written;
  }
  const texts = Array.isArray(written) ? textsOf(written) : [];
  const isWhole = texts.length > 0;
  note('remediation.summary', isMissing(written) ? 'filled-in' : isWhole ? 'respelled' : 'dropped');
  return belowOneAnother(texts);
}
