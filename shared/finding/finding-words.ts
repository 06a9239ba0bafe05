/**
 * A finding in words, for destinations whose readers are people. The texts come out tame (no control characters, nothing
 * that reorders what is read) but not escaped: what is special differs from one destination to the next.
 */
import type { Affected } from './affected.ts';
import { cutToCharacters, cutToFit } from './cut-text.ts';
import type { Finding } from './finding.ts';
import { eventPrefix, type Lifecycle } from './lifecycle.ts';
import type { SeverityLevel } from './severity.ts';

export const LEVEL_WORDS: Readonly<Record<SeverityLevel, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Informational',
};

/**
 * Control characters but the line feed, what turns the direction of reading ("Trojan Source", CVE-2021-42574), and the
 * code points that are never to be characters, which CloudEvents and XML forbid.
 */
const UNTAMED = /[[\p{Cc}--\n]\p{Noncharacter_Code_Point}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gv;

/** `High: Dormant admin account re-activated`, with `Resolved: ` and the like before it. */
export function headline({ severity, title }: Finding, lifecycle?: Lifecycle): string {
  return `${eventPrefix(lifecycle)}${LEVEL_WORDS[severity.level]}: ${oneLine(title)}`;
}

/** `High (82)`. */
export function severityWords({ level, score }: Finding['severity']): string {
  return `${LEVEL_WORDS[level]} (${Math.round(score * 10) / 10})`;
}

/** `jane@acme.example (user 00u1x)`, and the others after it; a name may be empty. The type is in the publisher's word if there is one. */
export function affectedWords({ affected, alsoAffected = [] }: Finding): string {
  return [affected, ...alsoAffected].map(oneAffected).join('; ');
}

/** `okta`, or `okta, aws` of a finding that joins platforms. */
export function platformWords({ platform, platforms = [] }: Finding): string {
  return [platform, ...platforms].map(oneLine).join(', ');
}

/** Its id alone where its publisher gave no other name: twice, an ARN would push out what else there is to read. */
function oneAffected({ type, id, name, originalType = type }: Affected): string {
  return oneLine(name === '' || name === id ? `${originalType} ${id}` : `${name} (${originalType} ${id})`);
}

/** A phone shows about three lines of a notification; the title must leave room for the others. */
const NOTIFICATION_CHARACTERS = { headline: 150, affected: 100, platform: 50 } as const;

/**
 * For the notification of a phone, which shows no card:
 * `High: Dormant admin account re-activated · jane@acme.example (user 00u1x) and 1 more · okta, aws`.
 */
export function notificationWords(finding: Finding, lifecycle?: Lifecycle): string {
  const { affected, alsoAffected = [] } = finding;
  const more = alsoAffected.length === 0 ? '' : ` and ${alsoAffected.length} more`;
  return [
    cutToCharacters(headline(finding, lifecycle), NOTIFICATION_CHARACTERS.headline),
    `${cutToCharacters(oneAffected(affected), NOTIFICATION_CHARACTERS.affected)}${more}`,
    cutToCharacters(platformWords(finding), NOTIFICATION_CHARACTERS.platform),
  ].join(' · ');
}

/** `fnd_1 · dlv_1`. Of the two the finding's id is cut: the delivery's is what people look for in the delivery log. */
export function idWords(findingId: string, deliveryId: string, fits: (words: string) => boolean): string {
  const words = (id: string) => `${id} · ${deliveryId}`;
  return words(cutToFit(oneLine(findingId), (id) => fits(words(id))));
}

/** For titles and table cells; never empty, as some destinations refuse that. */
export function oneLine(text: string): string {
  return paragraphs(text).replaceAll(/\s+/g, ' ') || '–';
}

/** For running text: lines stay lines. */
export function paragraphs(text: string): string {
  return tame(text).trim();
}

function tame(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(UNTAMED, ' ');
}

/** Programs compare them. */
const ID_KEYS = /^(?:u?id|[a-z]\w*Id|[A-Z]\w*Id)$/;

/** The same, with every text tame but the ids: for destinations that pass on what is read by people in the end. */
export function tamed<Value>(value: Value): Value;
export function tamed(value: unknown): unknown {
  if (typeof value === 'string') {
    return tame(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => tamed(item));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [tame(key), ID_KEYS.test(key) ? inner : tamed(inner)]),
  );
}

/** What was found and what to do about it, for running text: as many of the two as are not empty. */
export function runningTexts({ description = '', remediation }: Finding): readonly string[] {
  return [description, remediation.summary].map(paragraphs).filter((text) => text !== '');
}

export interface FindingLink {
  readonly label: 'Open in Thalian' | 'Remediation guidance';
  readonly href: string;
}

/**
 * Where people read more: the finding's page, then its guidance, in ASCII as browsers send it. A link that is longer than
 * the destination takes is left out: half a link leads elsewhere.
 */
export function findingLinks({ url, remediation }: Finding, maxCharacters: number): readonly FindingLink[] {
  return [
    { label: 'Open in Thalian', href: URL.parse(url ?? '')?.href } as const,
    { label: 'Remediation guidance', href: URL.parse(remediation.url ?? '')?.href } as const,
  ].flatMap(({ label, href }) => (href !== undefined && href.length <= maxCharacters ? [{ label, href }] : []));
}
