/** A security problem that Thalian found. Its bounds are here because contract, formats and tests share them. */

import { canonicalJson } from '../runtime/canonical-json.ts';
import type { Affected } from './affected.ts';
import type { SeverityLevel } from './severity.ts';

/**
 * What `finding.schema.ts` parses; the compiler holds the two equal. A type alias, because TypeScript takes no interface
 * for JSON (an interface has no implicit index signature).
 */
export type Finding = {
  readonly id: string;
  readonly title: string;
  readonly severity: { readonly level: SeverityLevel; readonly score: number };
  /** Any text: categories grow. */
  readonly category?: string;
  /** Its page in Thalian, https. */
  readonly url?: string;
  readonly description?: string;
  readonly affected: Affected;
  /** Further ones beside `affected`. */
  readonly alsoAffected?: readonly Affected[];
  readonly platform: string;
  /** Further ones beside `platform`. */
  readonly platforms?: readonly string[];
  /** More to know, by name. */
  readonly attributes?: { readonly [name: string]: string };
  /** ISO 8601 with a zone, kept as it came: the receiver sees what Thalian wrote. */
  readonly detectedAt: string;
  readonly remediation: { readonly summary: string; readonly url?: string };
};

/** The finding's fields in canonical JSON. The row and the message keep this string: every attempt renders the same finding. */
export type CanonicalFinding = string;

/** Lengths in characters (Unicode code points), scores in points, the rest counts. */
export const FINDING_BOUNDS = {
  /** As long as the longest ARN; the ids of Azure's resources have up to some 250. */
  idCharacters: 2_048,
  titleCharacters: 512,
  nameCharacters: 512,
  typeCharacters: 64,
  platformCharacters: 128,
  summaryCharacters: 4_000,
  urlCharacters: 2_048,
  detectedAtCharacters: 64,
  categoryCharacters: 64,
  descriptionCharacters: 4_000,
  alsoAffected: 20,
  alsoAffectedIdCharacters: 256,
  alsoAffectedNameCharacters: 128,
  platforms: 20,
  platformsCharacters: 64,
  attributes: 20,
  attributeNameCharacters: 64,
  attributeCharacters: 256,
  score: { min: 0, max: 100 },
} as const;

const EARLIEST_DETECTION = Date.UTC(2000, 0, 1);
const ONE_DAY_MILLIS = 24 * 60 * 60 * 1000;

/** A finding from before 2000 or from after tomorrow is a clock gone wrong; its time would also spoil the log's order. */
export function isPlausibleDetection(detectedAt: string, nowMillis: number): boolean {
  return isPlausibleInstant(Date.parse(detectedAt), nowMillis);
}

/** Of an instant in epoch milliseconds. */
export function isPlausibleInstant(detected: number, nowMillis: number): boolean {
  return detected >= EARLIEST_DETECTION && detected <= nowMillis + ONE_DAY_MILLIS;
}

/** In UTC with milliseconds, for receivers that read no other ISO 8601. */
export function detectionInstant({ detectedAt }: Finding): string {
  return new Date(detectedAt).toISOString();
}

/** Takes every field of a parsed finding: parsing has dropped the fields that the schema does not know. */
export function canonicalFinding(finding: Finding): CanonicalFinding {
  return canonicalJson(finding);
}
