/**
 * The versions of what a receiver gets. A webhook keeps the one that it was connected with until a person changes it. From
 * version 2 on a payload says what happened to the finding and its revision.
 */
import type { Lifecycle } from '../finding/lifecycle.ts';

export const PAYLOAD_VERSIONS = [1, 2] as const;

export type PayloadVersion = (typeof PAYLOAD_VERSIONS)[number];

export const NEWEST_PAYLOAD_VERSION: PayloadVersion = 2;

/** A webhook from before there were versions names none. */
export const FIRST_PAYLOAD_VERSION: PayloadVersion = 1;

/** Of a later release there may be newer ones: the newest that this one knows is the nearest to them. */
export function knownVersion(version: number): PayloadVersion {
  const found = PAYLOAD_VERSIONS.find((known) => known === version);
  return found ?? (version > NEWEST_PAYLOAD_VERSION ? NEWEST_PAYLOAD_VERSION : FIRST_PAYLOAD_VERSION);
}

export interface Versioned {
  readonly payloadVersion?: PayloadVersion;
}

export function payloadVersionOf({ payloadVersion = FIRST_PAYLOAD_VERSION }: Versioned): PayloadVersion {
  return payloadVersion;
}

/** What a format may show of the event: nothing in version 1, whose bytes stay as they are. */
export function shownLifecycle(webhook: Versioned, lifecycle: Lifecycle): { readonly lifecycle?: Lifecycle } {
  return payloadVersionOf(webhook) === FIRST_PAYLOAD_VERSION ? {} : { lifecycle };
}
