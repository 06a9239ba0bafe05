/** The manifests that a receiver was sent, held against what it has, and the words for a person and for a program. */
import type { DeliveredManifest } from './read-manifests.ts';

export interface DeliveredCompleteness {
  readonly webhookId: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** How many deliveries the manifests count. */
  readonly count: number;
  readonly missing: readonly MissingDelivery[];
  /** Of these times there is no manifest: what was due in them is not known. */
  readonly gaps: readonly Span[];
  /** Manifests that count so many deliveries that they do not name them. */
  readonly unnamed: readonly DeliveredManifest[];
}

interface Span {
  readonly since: string;
  readonly until: string;
}

interface MissingDelivery extends Span {
  readonly id: string;
}

/** Throws if they do not belong together: what could be said of them would be wrong. */
export function compareDelivered(
  manifests: readonly DeliveredManifest[],
  own: ReadonlySet<string>,
  asked: {
    readonly webhookId?: string | undefined;
    readonly since?: string | undefined;
    readonly until?: string | undefined;
  },
): DeliveredCompleteness {
  const spans = [...bySpan(manifests.filter((manifest) => isAsked(manifest, asked))).values()];
  const inOrder = spans.sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) {
    throw new Error('There is no manifest of this webhook and time in the file: nothing to compare.');
  }
  const other = inOrder.find(({ webhookId }) => webhookId !== first.webhookId);
  if (other !== undefined) {
    throw new Error(`The file has manifests of ${first.webhookId} and of ${other.webhookId}: choose with --webhook.`);
  }
  const from = Date.parse(asked.since ?? first.since);
  const until = Date.parse(asked.until ?? last.until);
  const missing = inOrder.flatMap(({ since, until: end, ids = [] }) =>
    ids.filter((id) => !own.has(id)).map((id) => ({ id, since, until: end })),
  );
  return {
    ...{ webhookId: first.webhookId, from, until, missing },
    count: inOrder.reduce((sum, { count }) => sum + count, 0),
    gaps: gapsIn(inOrder, from, until),
    unnamed: inOrder.filter(({ ids }) => ids === undefined),
  };
}

export function isComplete({ missing, gaps, unnamed }: DeliveredCompleteness): boolean {
  return missing.length === 0 && gaps.length === 0 && unnamed.length === 0;
}

export function describeDelivered(completeness: DeliveredCompleteness): string {
  const { webhookId, from, until, count, missing, gaps, unnamed } = completeness;
  return [
    `Manifests of ${webhookId} from ${instant(from)} until ${instant(until)}: ${count} deliveries`,
    ...(isComplete(completeness) ? [`Complete: you have all ${count}.`] : []),
    ...(missing.length > 0 ? [`MISSING: ${missing.length} of ${count}.`] : []),
    ...missing.map(({ id, since, until: end }) => `  ${id}  listed from ${since} until ${end}`),
    ...gaps.map((gap) => `NO MANIFEST from ${gap.since} until ${gap.until}: what was due then is not known.`),
    ...unnamed.map(
      ({ since, until: end, count: many }) =>
        `NOT NAMED: ${many} deliveries from ${since} until ${end}. Compare with --api, --since and --until.`,
    ),
  ].join('\n');
}

export function deliveredAsJson(completeness: DeliveredCompleteness): string {
  const { webhookId, from, until, count, missing, gaps, unnamed } = completeness;
  const span = { since: instant(from), until: instant(until) };
  const complete = isComplete(completeness);
  return JSON.stringify({ complete, webhookId, ...span, due: { count }, missing, gaps, unnamed }, undefined, 2);
}

function isAsked(
  manifest: DeliveredManifest,
  {
    webhookId = manifest.webhookId,
    since = manifest.since,
    until = manifest.until,
  }: Parameters<typeof compareDelivered>[2],
): boolean {
  return (
    manifest.webhookId === webhookId &&
    Date.parse(manifest.since) >= Date.parse(since) &&
    Date.parse(manifest.until) <= Date.parse(until)
  );
}

/** One that came twice, as any delivery may, counts once. */
function bySpan(manifests: readonly DeliveredManifest[]): ReadonlyMap<string, DeliveredManifest> {
  const spans = new Map<string, DeliveredManifest>();
  for (const manifest of manifests) {
    const name = `${manifest.webhookId} ${manifest.since} ${manifest.until}`;
    const before = spans.get(name);
    if (before !== undefined && before.sha256 !== manifest.sha256) {
      throw new Error(`Two manifests of ${manifest.webhookId} from ${manifest.since} differ.`);
    }
    spans.set(name, manifest);
  }
  return spans;
}

function gapsIn(inOrder: readonly DeliveredManifest[], from: number, until: number): readonly Span[] {
  const starts = [...inOrder.map(({ since }) => Date.parse(since)), until];
  const ends = [from, ...inOrder.map((manifest) => Date.parse(manifest.until))];
  return starts.flatMap((start, index) => {
    const end = ends[index] ?? start;
    return end < start ? [{ since: instant(end), until: instant(start) }] : [];
  });
}

function instant(millis: number): string {
  return new Date(millis).toISOString();
}
