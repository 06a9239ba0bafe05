/**
 * A digest is a delivery of its own: one message for the findings of a window, with attempts and retries as any. Those findings
 * are its members. A member's row names its digest and waits. Once the digest is due it chooses its members, in one write of its
 * row: that write alone decides who is in it. When the digest ends, each member gets its outcome. A pure file, as `delivery.ts`.
 */
import { canonicalFinding } from '../finding/finding.ts';
import { ABSENT, all, differs, equals } from '../runtime/condition.ts';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../runtime/ids.ts';
import type { FinalReason } from './classify.ts';
import type { Attempt, CancelReason, DeliveryMessage, DeliveryRow } from './delivery.ts';
import { deliveryIdOf } from './delivery-id.ts';
import { RECONCILE_AFTER_MILLIS } from './postpone.ts';
import { withAttempt, withoutResponse } from './record-attempt.ts';
import { claim, reopened, rowBefore, settled } from './retry-cycle.ts';
import { ATTEMPTS_PER_CYCLE } from './retry-policy.ts';
import { idleAs, isDigest, type RowChange } from './row-change.ts';
import { WAITING_RECONCILE_AFTER_MILLIS } from './waiting.ts';

/** Which digest, of one webhook. */
export interface DigestName {
  readonly digestId: DeliveryId;
  /** The end of its window, epoch milliseconds. */
  readonly endsAt: number;
}

/** Deliveries that were noted just before the window's end are in the index by then. One that is not goes with the next. */
export const COLLECT_AFTER_MILLIS = 10_000;

/** At 31 bytes less than half of the 400 KB that an item may have. What is more goes with a digest that is due at once. */
export const MAX_MEMBERS = 5_000;

/** A member looks for its digest by itself only if that has been silent for this long. */
export const MEMBER_RECONCILE_AFTER_MILLIS = WAITING_RECONCILE_AFTER_MILLIS;

/** Over no JSON: no finding of a publisher has the id of a digest. */
export function digestName(tenantId: TenantId, webhookId: WebhookId, endsAt: number): DigestName {
  const digestId = deliveryIdOf(tenantId, webhookId, new Date(endsAt).toISOString(), `digest ${endsAt}`);
  return { digestId, endsAt };
}

/** The digest for what another one left out. It is due at once, and all that was left out finds it by the same name. */
export function digestAfter({ tenantId, webhookId, digestEndsAt = 0 }: DeliveryRow): DigestName {
  return digestName(tenantId, webhookId, digestEndsAt + 1);
}

/** A digest that has chosen no members yet. */
export function openDigest(tenantId: TenantId, webhookId: WebhookId, name: DigestName, nowMillis: number): RowChange {
  const { digestId: deliveryId, endsAt } = name;
  const finding = digestFinding(webhookId, endsAt, 'Findings of a digest');
  const key = { tenantId, webhookId, deliveryId };
  const row = rowBefore({ ...key, attempt: 1, attemptLimit: ATTEMPTS_PER_CYCLE, finding }, nowMillis);
  const nextAttemptAt = Math.max(endsAt, nowMillis) + COLLECT_AFTER_MILLIS;
  return {
    row: { ...row, nextAttemptAt, reconcileAt: nextAttemptAt + RECONCILE_AFTER_MILLIS, digestEndsAt: endsAt },
    when: ABSENT,
  };
}

/**
 * A person who pressed retry waits for this finding, and what has begun alone goes on alone. `message` is of the next attempt.
 */
export function mayJoin(row: DeliveryRow | undefined, message: DeliveryMessage): boolean {
  if (message.reopen === 'user' || (row?.status === 'pending' && row.reopen === 'user')) {
    return false;
  }
  if (row === undefined || row.status !== 'pending') {
    return true;
  }
  return row.lastAttempt === 0 || row.attemptLimit >= row.lastAttempt + ATTEMPTS_PER_CYCLE;
}

/** The delivery waits for this digest. A failed or held row opens with it, as with a claim. */
export function joinDigest(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  { digestId, endsAt }: DigestName,
  nowMillis: number,
): RowChange {
  const before = row ?? rowBefore(message, nowMillis);
  const opened = before.status === 'pending' ? before : reopened(before, message.reopen ?? 'operator', nowMillis);
  const { nextAttemptAt: _due, waitingSince: _since, explainedBefore: _explained, ...rest } = opened;
  return {
    row: {
      ...rest,
      digestId,
      digestEndsAt: endsAt,
      reconcileAt: Math.max(endsAt, nowMillis) + MEMBER_RECONCILE_AFTER_MILLIS,
    },
    when: row === undefined ? ABSENT : idleAs(row, nowMillis),
  };
}

/** What a digest means for a delivery whose row names it. */
export type Membership =
  /** It has chosen no members yet, or this one, and is not over. */
  | 'waits'
  /** It is over, and this one was in it. */
  | 'settles'
  /** It goes without this one, which is free to go otherwise. */
  | 'left-out';

export function membershipOf(digest: DeliveryRow, deliveryId: DeliveryId): Membership {
  const isChosen = membersOf(digest)?.includes(deliveryId);
  if (!isDigest(digest) || isChosen === false) {
    return 'left-out';
  }
  if (digest.status === 'pending') {
    return 'waits';
  }
  return isChosen === true ? 'settles' : 'left-out';
}

const SEPARATOR = ',';

/** Undefined until they are chosen. */
export function membersOf({ digestMembers }: DeliveryRow): readonly DeliveryId[] | undefined {
  return digestMembers
    ?.split(SEPARATOR)
    .map(parseDeliveryId)
    .filter((id) => id !== undefined);
}

/** The claim of a digest's attempt: it names the members that the attempt is about. */
export function claimDigest(
  row: DeliveryRow,
  message: DeliveryMessage,
  members: readonly DeliveryId[],
  title: string,
  lease: string,
  nowMillis: number,
): RowChange {
  const { row: claimed, when } = claim(row, message, lease, nowMillis);
  return {
    row: {
      ...claimed,
      digestMembers: members.join(SEPARATOR),
      finding: digestFinding(row.webhookId, row.digestEndsAt ?? 0, title),
    },
    when,
  };
}

export type DigestEnd = CancelReason | 'webhook-disabled' | 'exhausted' | FinalReason;

/**
 * A digest that is not delivered ends here for good: its members go on as deliveries of their own, and a second message about
 * all of them could not be kept apart from theirs.
 */
export function endDigest(row: DeliveryRow, reason: DigestEnd, nowMillis: number, attempt?: Attempt): RowChange {
  const ended = settled(attempt === undefined ? row : withAttempt(row, attempt));
  return {
    row: { ...ended, status: 'cancelled', reason, reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS },
    when:
      row.lease === undefined || attempt === undefined
        ? idleAs(row, nowMillis)
        : all(equals('status', 'pending'), equals('lease', row.lease), equals('lastAttempt', row.lastAttempt)),
  };
}

/** A member that may not be sent any more. The digest goes without it. Undefined if it does not wait for it. */
export function leaveOut(
  digest: DeliveryRow,
  row: DeliveryRow,
  reason: CancelReason,
  nowMillis: number,
): RowChange | undefined {
  return row.status === 'pending' && row.digestId === digest.deliveryId
    ? { row: { ...settled(row), status: 'cancelled', reason }, when: memberAs(row, nowMillis) }
    : undefined;
}

/** What the end of its digest makes of a member. Undefined if nothing: another worker was here, or it goes otherwise by now. */
export function settleMember(digest: DeliveryRow, row: DeliveryRow, nowMillis: number): RowChange | undefined {
  if (row.digestId !== digest.deliveryId || row.status === 'delivered') {
    return undefined;
  }
  if (row.status !== 'pending') {
    return digest.status === 'delivered' ? deliverLate(digest, row) : undefined;
  }
  const after = settled(withAttemptsOf(digest, row));
  return { row: { ...after, ...outcomeOf(digest, after, nowMillis) }, when: memberAs(row, nowMillis) };
}

/** As a late success of a delivery that goes alone: the receiver has the finding, whatever was recorded. */
function deliverLate(digest: DeliveryRow, row: DeliveryRow): RowChange {
  const last = digest.attempts.at(-1);
  const attempts = last
    ? [...row.attempts, { ...withoutResponse(last), number: row.lastAttempt, duplicate: true as const }]
    : row.attempts;
  return {
    row: { ...settled(row), attempts, status: 'delivered' },
    when: all(
      differs('status', 'delivered'),
      equals('digestId', digest.deliveryId),
      equals('lastAttempt', row.lastAttempt),
    ),
  };
}

function outcomeOf(
  { status, reason }: DeliveryRow,
  { lastAttempt }: DeliveryRow,
  nowMillis: number,
): Pick<DeliveryRow, 'status' | 'reason' | 'attemptLimit' | 'failedAt' | 'reconcileAt'> | Pick<DeliveryRow, 'status'> {
  if (status === 'delivered' || reason === undefined) {
    return { status: 'delivered' };
  }
  switch (reason) {
    case 'webhook-disabled':
      return { status: 'held', reason, failedAt: nowMillis };
    case 'exhausted':
      return {
        ...{ status: 'failed', reason, failedAt: nowMillis },
        attemptLimit: lastAttempt,
        reconcileAt: nowMillis + RECONCILE_AFTER_MILLIS,
      };
    case 'gone':
    case 'address-refused':
    case 'url-refused':
      return { status: 'failed', reason, failedAt: nowMillis };
    default:
      return { status: 'cancelled', reason };
  }
}

/** What the receiver said is on the digest's row, once for all. */
function withAttemptsOf({ attempts, lastAttempt }: DeliveryRow, row: DeliveryRow): DeliveryRow {
  const made = attempts.map((attempt) => ({ ...withoutResponse(attempt), number: row.lastAttempt + attempt.number }));
  return { ...row, attempts: [...row.attempts, ...made], lastAttempt: row.lastAttempt + lastAttempt };
}

/** Every member that the digest did not settle is settled by itself: then nothing is owed any more. */
export function markSettled(row: DeliveryRow): RowChange {
  const { reconcileAt: _done, reconciles: _count, ...rest } = row;
  return { row: rest, when: all(equals('status', row.status), equals('lastAttempt', row.lastAttempt)) };
}

function memberAs(row: DeliveryRow, nowMillis: number) {
  return all(equals('digestId', row.digestId ?? row.deliveryId), idleAs(row, nowMillis));
}

/**
 * What a digest's own row has for a finding. A version that knows no digests takes it for one, of the lowest level: it drops it
 * below the threshold, or says that the findings follow, which they then do.
 */
function digestFinding(webhookId: WebhookId, endsAt: number, title: string): string {
  const detectedAt = new Date(endsAt).toISOString();
  return canonicalFinding({
    id: `digest_${webhookId}_${endsAt}`,
    title,
    severity: { level: 'info', score: 0 },
    category: 'Digest',
    description: `A digest of the findings until ${detectedAt}. Each of them is a delivery of its own.`,
    affected: { type: 'asset', id: webhookId, name: webhookId, originalType: 'webhook' },
    platform: 'thalian',
    detectedAt,
    remediation: { summary: 'Open the findings in Thalian.' },
  });
}
