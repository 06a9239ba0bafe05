/** What a digest says: how many findings of each level, the gravest of them in a line each, and where to read on. */
import type { Finding } from './finding.ts';
import { LEVEL_WORDS, notificationWords } from './finding-words.ts';
import type { Lifecycle } from './lifecycle.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from './severity.ts';

export interface DigestContent {
  /** The end of its window, epoch milliseconds. */
  readonly endsAt: number;
  readonly total: number;
  readonly counts: Readonly<Partial<Record<SeverityLevel, number>>>;
  /** Of the gravest, in the order in which they are to be read. */
  readonly lines: readonly DigestLine[];
  /** The list of all of them, in the console; absent without one. */
  readonly pageUrl?: string;
}

export interface DigestLine {
  readonly level: SeverityLevel;
  /** On one line and tame, but not escaped. */
  readonly words: string;
}

/** A finding of a digest, without what its line does not need: a digest may have thousands. */
export interface DigestEntry extends DigestLine {
  readonly score: number;
  readonly detectedAt: number;
  /** Of its delivery. It decides between findings that are alike. */
  readonly deliveryId: string;
}

/** More of them are counted, and stand in the list behind the link. */
export const DIGEST_LINES = 10;

export function digestEntry(finding: Finding, deliveryId: string, lifecycle?: Lifecycle): DigestEntry {
  const { severity, detectedAt } = finding;
  const words = notificationWords(finding, lifecycle);
  return { level: severity.level, score: severity.score, detectedAt: Date.parse(detectedAt), words, deliveryId };
}

/** The same entries in another order give the same content: workers read them in any. */
export function digestContent(entries: readonly DigestEntry[], endsAt: number, pageUrl?: string): DigestContent {
  const byLevel = Map.groupBy(entries, ({ level }) => level);
  return {
    endsAt,
    total: entries.length,
    counts: Object.fromEntries([...byLevel].map(([level, of]) => [level, of.length])),
    lines: entries
      .toSorted(compareGravity)
      .slice(0, DIGEST_LINES)
      .map(({ level, words }) => ({ level, words })),
    ...(pageUrl !== undefined && { pageUrl }),
  };
}

function compareGravity(a: DigestEntry, b: DigestEntry): number {
  return (
    SEVERITY_LEVELS.indexOf(a.level) - SEVERITY_LEVELS.indexOf(b.level) ||
    b.score - a.score ||
    a.detectedAt - b.detectedAt ||
    (a.deliveryId < b.deliveryId ? -1 : 1)
  );
}

/** `37 findings: 2 high, 35 medium`. */
export function digestTitle({ total, counts }: Pick<DigestContent, 'total' | 'counts'>): string {
  const parts = SEVERITY_LEVELS.flatMap((level) =>
    counts[level] === undefined ? [] : [`${counts[level]} ${LEVEL_WORDS[level].toLowerCase()}`],
  );
  return `${total} ${total === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}`;
}

/** The gravest level in it. */
export function digestLevel({ lines }: Pick<DigestContent, 'lines'>): SeverityLevel {
  return lines[0]?.level ?? 'info';
}

/** `and 27 more`; undefined if all are shown. */
export function moreWords({ total, lines }: Pick<DigestContent, 'total' | 'lines'>): string | undefined {
  return total > lines.length ? `and ${total - lines.length} more` : undefined;
}

/** `Until 2026-12-01 10:00 UTC`. */
export function digestPeriod({ endsAt }: Pick<DigestContent, 'endsAt'>): string {
  return `Until ${new Date(endsAt).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ')} UTC`;
}
