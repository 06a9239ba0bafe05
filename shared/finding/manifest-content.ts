/**
 * What a delivered manifest says: which deliveries were listed for a webhook in a span of time that has ended. How it is made, and
 * when, is not known here.
 */
import type { Json } from '../runtime/canonical-json.ts';

export interface ManifestContent {
  readonly webhookId: string;
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Epoch milliseconds, exclusive. */
  readonly until: number;
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
  readonly sha256: string;
  /** All of them, in the order of the ids; absent where they are too many to be named. */
  readonly ids?: readonly string[];
}

/** Of the payload, and of the header that names the event. No event of a finding begins like it. */
export const MANIFEST_EVENT = 'webhook.manifest';

/** As receivers get it, under the names that the API's own manifest has. */
export function manifestData({ webhookId, from, until, count, first, last, sha256, ids }: ManifestContent): {
  readonly [name: string]: Json | undefined;
} {
  return { webhookId, since: toInstant(from), until: toInstant(until), count, first, last, sha256, ids };
}

/** When the span ended, ISO 8601. */
export function manifestTime({ until }: Pick<ManifestContent, 'until'>): string {
  return toInstant(until);
}

function toInstant(millis: number): string {
  return new Date(millis).toISOString();
}
