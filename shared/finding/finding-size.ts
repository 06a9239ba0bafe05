/**
 * Keeps a finding small enough for what receivers are promised, a body of less than 64 KB. What publishers may leave out
 * is shortened then, the least needed first; what they must send always fits.
 */
import { canonicalFinding, type Finding } from './finding.ts';

/** Of the canonical JSON in UTF-8. The rest of the 64 KB is for what a format puts around it. */
export const MAX_FINDING_BYTES = 62 * 1024;

/** The members that are shortened, in this order. */
export const SHORTENED_MEMBERS = ['attributes', 'alsoAffected', 'platforms', 'description', 'url'] as const;

export type ShortenedMember = (typeof SHORTENED_MEMBERS)[number];

export interface FittedFinding {
  readonly finding: Finding;
  readonly shortened: readonly ShortenedMember[];
}

export function fitFinding(finding: Finding): FittedFinding {
  const shortened: ShortenedMember[] = [];
  let fitted = finding;
  for (const member of SHORTENED_MEMBERS) {
    if (isTooLarge(fitted) && fitted[member] !== undefined) {
      fitted = shorten(fitted, member);
      shortened.push(member);
    }
  }
  return { finding: fitted, shortened };
}

/** As many of its entries as fit, or none of it. */
function shorten(finding: Finding, member: ShortenedMember): Finding {
  const { [member]: value, ...rest } = finding;
  if (Array.isArray(value)) {
    for (let length = value.length - 1; length > 0; length -= 1) {
      const shorter: Finding = { ...rest, [member]: value.slice(0, length) };
      if (!isTooLarge(shorter)) {
        return shorter;
      }
    }
  }
  return rest;
}

function isTooLarge(finding: Finding): boolean {
  return Buffer.byteLength(canonicalFinding(finding)) > MAX_FINDING_BYTES;
}
