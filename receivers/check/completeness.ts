/** What was due to a receiver, held against what it has, and the words for a person and for a program. */
import type { ListedEventResponse } from '../../shared/api/event-responses.schema.ts';
import type { Manifest } from '../../shared/delivery/manifest.ts';
import { manifestOf } from '../../shared/delivery/manifest.ts';
import { oneLine } from '../../shared/finding/finding-words.ts';
import { parseDeliveryId } from '../../shared/runtime/ids.ts';

export interface Completeness {
  /** Of what was due. */
  readonly manifest: Manifest;
  readonly missing: readonly ListedEventResponse[];
  /** What the receiver has and the list has not. */
  readonly extra: readonly string[];
}

export function compare(
  listed: readonly ListedEventResponse[],
  own: ReadonlySet<string>,
  { from, until }: Pick<Manifest, 'from' | 'until'>,
): Completeness {
  // One that was dispatched twice is listed twice.
  const due = new Map(listed.map((event) => [event.id, event]));
  const ids = [...due.keys()].flatMap((id) => parseDeliveryId(id) ?? []);
  return {
    manifest: manifestOf(ids, from, until),
    missing: [...due.values()].filter(({ id }) => !own.has(id)),
    extra: [...own].filter((id) => !due.has(id)).sort(),
  };
}

/** Enough to see what they are. */
const SHOWN_EXTRA = 10;

export function describeCompleteness({ manifest, missing, extra }: Completeness): string {
  const { from, until, count, sha256 } = manifest;
  const shownExtra = [...extra.slice(0, SHOWN_EXTRA), ...(extra.length > SHOWN_EXTRA ? ['…'] : [])];
  return [
    `Due from ${instant(from)} until ${instant(until)}: ${count} deliveries, sha256 ${sha256}`,
    ...(extra.length > 0
      ? [
          `Yours and not in it: ${extra.length} (manifests, tests, challenges, another webhook, or another time): ${shownExtra.join(', ')}`,
        ]
      : []),
    missing.length === 0
      ? `Complete: you have all ${count}.`
      : `MISSING: ${missing.length} of ${count}. GET …/events?since=… has them with their bodies.`,
    ...missing.map(
      ({ id, listedAt, finding }) => `  ${id}  listed at ${listedAt}  ${finding.severity}  ${oneLine(finding.title)}`,
    ),
  ].join('\n');
}

export function completenessAsJson({ manifest, missing, extra }: Completeness): string {
  const { from, until, ...due } = manifest;
  const complete = missing.length === 0;
  return JSON.stringify({ complete, since: instant(from), until: instant(until), due, missing, extra }, undefined, 2);
}

function instant(millis: number): string {
  return new Date(millis).toISOString();
}
