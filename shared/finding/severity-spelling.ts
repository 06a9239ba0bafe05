/** How else publishers write a level, and which score a level has when theirs says nothing. */
import { FINDING_BOUNDS } from './finding.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from './severity.ts';

/** The words of CVSS, OCSF, syslog, code scanners and vendors' advisories, in small letters. */
const RATED: Readonly<Record<SeverityLevel, readonly string[]>> = {
  critical: ['fatal', 'emergency', 'emerg', 'panic', 'alert', 'crit', 'urgent', 'blocker'],
  high: ['important', 'severe', 'serious', 'major', 'error', 'err'],
  medium: ['moderate', 'warning', 'warn'],
  low: ['minor', 'notice', 'note'],
  info: ['informational', 'information', 'negligible', 'minimal', 'trivial', 'none', 'debug', 'trace'],
};

/**
 * What products write of a finding that they have not rated (Trivy, Inspector, Security Command Center, Defender, OCSF). No later
 * repair could say more, so such a finding is delivered, and as scanners themselves hand it on: at the lowest level.
 */
const UNRATED = [
  'unknown',
  'unspecified',
  'undefined',
  'unset',
  'unassigned',
  'unrated',
  'untriaged',
  'hidden',
  'other',
];

export const LEVEL_SYNONYMS: Readonly<Record<SeverityLevel, readonly string[]>> = {
  ...RATED,
  info: [...RATED.info, ...UNRATED],
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

/** Of an enumeration that repeats its name in its values: `SEVERITY_UNSPECIFIED`, `HIGH_SEVERITY`. */
const NAME_OF_THE_FIELD = /^severity[\s_-]|[\s_-]severity$/;

/** In any case; undefined for a word that is none of the field's. */
export function understandLevel(word: string): SeverityLevel | undefined {
  return LEVEL_OF.get(word.trim().toLowerCase().replace(NAME_OF_THE_FIELD, ''));
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
