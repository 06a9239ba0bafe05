/** How else publishers write a level, and which score a level has when theirs says nothing. */
import { FINDING_BOUNDS } from './finding.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from './severity.ts';

/** The words of CVSS, OCSF, syslog, code scanners and vendors' advisories, in small letters. */
export const LEVEL_SYNONYMS: Readonly<Record<SeverityLevel, readonly string[]>> = {
  critical: ['fatal', 'emergency', 'alert'],
  high: ['important', 'error'],
  medium: ['moderate', 'warning'],
  low: ['minor', 'notice', 'note'],
  info: ['informational', 'information', 'negligible', 'none', 'debug'],
};

/** In points, both ends included. The level decides about alerts; a band only gives a level without a score its middle. */
export const SCORE_BANDS: Readonly<Record<SeverityLevel, readonly [number, number]>> = {
  critical: [90, 100],
  high: [70, 90],
  medium: [40, 70],
  low: [20, 40],
  info: [0, 20],
};

const LEVEL_OF: ReadonlyMap<string, SeverityLevel> = new Map(
  SEVERITY_LEVELS.flatMap((level) => [level, ...LEVEL_SYNONYMS[level]].map((word) => [word, level] as const)),
);

/** In any case; undefined for a word that is none of the field's. */
export function understandLevel(word: string): SeverityLevel | undefined {
  return LEVEL_OF.get(word.trim().toLowerCase());
}

export function middleScore(level: SeverityLevel): number {
  const [from, to] = SCORE_BANDS[level];
  return (from + to) / 2;
}

/** A number in the range, also one written as text. Not scaled: an 8 may be a CVSS of 8 or 8 points of 100. */
export function understandScore(written: unknown): number | undefined {
  const { min, max } = FINDING_BOUNDS.score;
  const isNumericText = typeof written === 'string' && /^[+-]?\d{1,20}(?:\.\d{1,40})?$/.test(written.trim());
  const score = isNumericText ? Number(written) : written;
  // Adding 0 makes 0 of -0, which JSON writes alike.
  return typeof score === 'number' && score >= min && score <= max ? score + 0 : undefined;
}
