/**
 * Which findings a webhook gets together, in one message for a window of time, and which at once: the tenant's choice. How a
 * digest is made is `shared/delivery/digest.ts`.
 */
import type { Finding } from '../finding/finding.ts';

/** One message for each window of so many minutes. Windows begin at whole multiples of it, counted in UTC. */
export interface DigestChoice {
  readonly minutes: number;
}

export const LEAST_DIGEST_MINUTES = 5;
export const MOST_DIGEST_MINUTES = 24 * 60;

/** What happens with findings that were detected before the webhook was connected. Absent: they are sent as all others. */
export const FIRST_SYNCS = ['new', 'digest'] as const;

/** `new`: they are not sent. `digest`: they go together. */
export type FirstSync = (typeof FIRST_SYNCS)[number];

/** The window of a first sync, at a webhook that has no digest otherwise. */
export const FIRST_SYNC_MINUTES = 60;

const MINUTE_MILLIS = 60_000;

export interface Digesting {
  readonly digest?: DigestChoice;
  readonly firstSync?: FirstSync;
  readonly createdAt: number;
}

/** Undefined if the finding goes at once: without the choice, and a critical one that is new. */
export function digestMinutes(
  { digest, firstSync, createdAt }: Digesting,
  finding: Pick<Finding, 'severity' | 'detectedAt'>,
): number | undefined {
  if (firstSync === 'digest' && isDetectedBefore(createdAt, finding)) {
    return digest?.minutes ?? FIRST_SYNC_MINUTES;
  }
  return finding.severity.level === 'critical' ? undefined : digest?.minutes;
}

/** Whether the tenant wants nothing of what was detected before the webhook was connected, and this was. */
export function isTooEarly({ firstSync, createdAt }: Digesting, finding: Pick<Finding, 'detectedAt'>): boolean {
  return firstSync === 'new' && isDetectedBefore(createdAt, finding);
}

/** The end of the window that this instant is in: later than it. */
export function windowEnd(nowMillis: number, minutes: number): number {
  const windowMillis = minutes * MINUTE_MILLIS;
  return (Math.floor(nowMillis / windowMillis) + 1) * windowMillis;
}

function isDetectedBefore(createdAt: number, { detectedAt }: Pick<Finding, 'detectedAt'>): boolean {
  return Date.parse(detectedAt) < createdAt;
}
