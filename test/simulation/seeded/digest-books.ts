/**
 * The books about digests: who waits for which, who is in each message, and how each ends. They are kept by the rows that are
 * written and the POSTs that are made, and say when a promise about digests is broken.
 */
import type { Attempt, DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { isDigest } from '../../../shared/delivery/row-change.ts';
import { lifecycleOf } from '../../../shared/finding/lifecycle.ts';
import type { OutgoingRequest } from '../../../shared/http/attempt-outcome.ts';
import type { DeliveryId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { count, type Tally } from './kinds.ts';
import { MOST_SKEW_MILLIS } from './mishaps.ts';
import { findingIdOf } from './revisions.ts';

export class DigestBooks {
  readonly #tally: Tally;
  /** As they were written last. */
  readonly #rows = new Map<string, DeliveryRow>();
  /** By digest. */
  readonly #namers = new Map<string, Set<string>>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The deliveries that a digest's row names. */
  membersOf(digest: DeliveryRow): readonly DeliveryRow[] {
    return idsIn(digest).flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** How many deliveries wait, or have waited, for it. */
  namersOf(digestId: DeliveryId): number {
    return this.#namers.get(digestId)?.size ?? 0;
  }

  /** Whose revision a digest begins. */
  memberWith(digestId: DeliveryId, findingId: string, revision: number): DeliveryRow | undefined {
    return [...this.#rows.values()].find(
      (row) => row.digestId === digestId && findingIdOf(row) === findingId && lifecycleOf(row).revision === revision,
    );
  }

  /** Another event of the same finding that waits, or has waited, for the same digest. */
  laterInDigest(row: DeliveryRow): readonly DeliveryRow[] {
    const { revision } = lifecycleOf(row);
    return [...this.#rows.values()].filter(
      (other) =>
        row.digestId !== undefined &&
        other.digestId === row.digestId &&
        findingIdOf(other) === findingIdOf(row) &&
        lifecycleOf(other).revision > revision,
    );
  }

  /** Answers what is broken. `now` is by the worker's own clock. */
  posting(digest: DeliveryRow, webhook: Webhook, { headers, body }: OutgoingRequest, now: number): string | undefined {
    const members = this.membersOf(digest);
    count(this.#tally, 'digest: is sent');
    if (members.length > 1) {
      count(this.#tally, 'digest: has several findings');
    }
    if (headers['x-thalian-event'] !== 'finding.digest') {
      return `a digest was sent as ${headers['x-thalian-event']}`;
    }
    if (now < (digest.digestEndsAt ?? 0) - 2 * MOST_SKEW_MILLIS) {
      return 'a digest before its window ends';
    }
    const stranger = members.find(
      ({ tenantId, webhookId }) => tenantId !== webhook.tenantId || webhookId !== webhook.webhookId,
    );
    if (stranger !== undefined) {
      return `a digest has what is another webhook’s: ${stranger.deliveryId}`;
    }
    const said = [...body.matchAll(/fnd_\d+ of account/g)].map(([words]) => words.split(' ')[0]).sort();
    // A notice that was published again has a title of its own, and is in the total.
    const named = members.map(findingIdOf).sort();
    const isSame = said.join() === named.filter((id) => id.startsWith('fnd_')).join();
    return isSame && body.startsWith(`{"text":"${members.length} finding`)
      ? undefined
      : `a digest says ${said} and its row names ${named}: ${body}`;
  }

  /** Answers what is broken. `webhook` is as the worker has read it; undefined for a person's write. */
  rowWritten(stored: DeliveryRow | undefined, row: DeliveryRow, webhook: Webhook | undefined): string | undefined {
    this.#rows.set(row.deliveryId, row);
    if (isDigest(row)) {
      return this.#digestWritten(stored, row);
    }
    if (row.status === 'pending' && row.digestId !== undefined && row.digestId !== stored?.digestId) {
      return this.#joined(stored, row, webhook);
    }
    return isSettled(stored, row) ? this.#brokenSettlement(stored, row) : undefined;
  }

  /** The attempts of its digest are on the row now, and nothing else has been made. */
  isSettlement(stored: DeliveryRow | undefined, row: DeliveryRow): boolean {
    const digest = this.#rows.get(row.digestId ?? '');
    const added = addedTo(stored, row);
    return (
      digest !== undefined &&
      isDigest(digest) &&
      isSettled(stored, row) &&
      idsIn(digest).includes(row.deliveryId) &&
      added.every(({ at }) => digest.attempts.some((attempt) => attempt.at === at))
    );
  }

  #digestWritten(stored: DeliveryRow | undefined, row: DeliveryRow): string | undefined {
    const before = stored && idsIn(stored);
    const isClaim = row.lease !== undefined && row.lease !== stored?.lease;
    if (stored?.status !== row.status && row.status !== 'pending') {
      count(this.#tally, row.status === 'delivered' ? 'digest: is delivered' : `digest: ends as ${endOf(row)}`);
    }
    if (!isClaim) {
      return idsIn(row).join() === (before ?? []).join() ? undefined : 'a digest has other findings without a claim';
    }
    if (before === undefined || before.length === 0) {
      return idsIn(row).length === 0 ? 'a digest is claimed for no finding' : undefined;
    }
    return idsIn(row).every((id) => before.includes(id)) ? undefined : 'a later attempt of a digest has more findings';
  }

  #joined(stored: DeliveryRow | undefined, row: DeliveryRow, webhook: Webhook | undefined): string | undefined {
    const { severity, detectedAt } = JSON.parse(row.finding);
    const { digestId = '' } = row;
    this.#namers.set(digestId, new Set(this.#namers.get(digestId)).add(row.deliveryId));
    count(this.#tally, stored?.status === 'pending' ? 'digest: is joined once more' : 'digest: is joined');
    const isOfFirstSync = webhook?.firstSync === 'digest' && Date.parse(detectedAt) < webhook.createdAt;
    if (isOfFirstSync) {
      count(this.#tally, 'digest: is joined in a first sync');
    }
    if (severity.level === 'critical' && !isOfFirstSync) {
      return 'a critical finding waits for a digest';
    }
    if (webhook?.digest === undefined && !isOfFirstSync) {
      return 'a delivery waits for a digest that the webhook did not choose';
    }
    if (row.reopen === 'user') {
      return 'a retry by hand waits for a digest';
    }
    const earlier = stored?.digestId === undefined ? undefined : this.#rows.get(stored.digestId);
    return stored?.status === 'pending' &&
      earlier?.status === 'pending' &&
      (idsIn(earlier).length === 0 || idsIn(earlier).includes(row.deliveryId))
      ? 'a delivery leaves a digest that may send it'
      : undefined;
  }

  #brokenSettlement(stored: DeliveryRow | undefined, row: DeliveryRow): string | undefined {
    const digest = this.#rows.get(row.digestId ?? '');
    if (digest === undefined || !this.isSettlement(stored, row)) {
      return undefined;
    }
    const added = addedTo(stored, row);
    if (added.length === 0) {
      return undefined;
    }
    if (digest.status === 'pending') {
      return 'the attempts of a digest that goes on are on a finding’s row';
    }
    const isLate = stored?.status !== 'pending';
    const last = stored?.lastAttempt ?? 0;
    const isInOrder = added.every(({ number }, index) => number === (isLate ? last : last + index + 1));
    return isInOrder && (isLate || added.length === digest.attempts.length)
      ? undefined
      : `${digest.attempts.length} attempts of a digest are on record as ${added.map(({ number }) => number)}`;
  }

  /** Once everything is at rest: each finding in one delivered message, and its row as its digest ended. */
  brokenEnding(
    isExcused: (deliveryId: DeliveryId) => boolean,
    overtaken: ReadonlySet<DeliveryId>,
  ): readonly [DeliveryId, string] | undefined {
    const rows = [...this.#rows.values()];
    const digests = rows.filter(isDigest);
    for (const row of rows.filter((other) => !isDigest(other) && !isExcused(other.deliveryId))) {
      const broken =
        brokenMember(row, digests) ?? (overtaken.has(row.deliveryId) ? this.#brokenOvertaking(row) : undefined);
      if (broken !== undefined) {
        return [row.deliveryId, broken];
      }
    }
    return undefined;
  }

  /** A webhook that wants no updates is told of the detection. */
  #brokenOvertaking(row: DeliveryRow): string | undefined {
    return this.laterInDigest(row).every(({ reason }) => reason === 'event-not-chosen')
      ? 'overtaken in a digest by an event that the webhook does not want'
      : undefined;
  }
}

function brokenMember(row: DeliveryRow, digests: readonly DeliveryRow[]): string | undefined {
  const { deliveryId, digestId, status } = row;
  const having = digests.filter((digest) => idsIn(digest).includes(deliveryId));
  const delivered = having.filter((digest) => digest.status === 'delivered');
  if (delivered.length > 1) {
    return `in ${delivered.length} digests that were delivered`;
  }
  const [digest] = delivered;
  if (digest !== undefined && (status !== 'delivered' || digestId !== digest.deliveryId)) {
    return `${status}, although it was in ${digest.deliveryId}, which was delivered`;
  }
  const ended = having.find((other) => other.deliveryId === digestId);
  return ended !== undefined && ended.status !== 'delivered' && !isAsEnded(row, ended)
    ? `${status} (${row.reason}) although its digest ended as ${endOf(ended)}`
    : undefined;
}

function isAsEnded({ status, reason }: DeliveryRow, digest: DeliveryRow): boolean {
  return status === endOf(digest) && (status !== 'failed' || reason === digest.reason);
}

/** Read off the row, not by the product's own reading. */
function idsIn({ digestMembers }: DeliveryRow): readonly string[] {
  return digestMembers === undefined ? [] : digestMembers.split(',');
}

function isSettled(stored: DeliveryRow | undefined, row: DeliveryRow): boolean {
  return row.digestId !== undefined && row.digestId === stored?.digestId && row.status !== 'pending';
}

function addedTo(stored: DeliveryRow | undefined, row: DeliveryRow): readonly Attempt[] {
  return row.attempts.slice(stored?.attempts.length ?? 0);
}

/** What the findings of a digest become that was not delivered. */
function endOf({ reason }: DeliveryRow): 'held' | 'failed' | 'cancelled' {
  switch (reason) {
    case 'webhook-disabled':
      return 'held';
    case 'exhausted':
    case 'gone':
    case 'address-refused':
    case 'url-refused':
      return 'failed';
    default:
      return 'cancelled';
  }
}

export function isOfDigest({ digestEndsAt }: DeliveryMessage): boolean {
  return digestEndsAt !== undefined;
}
