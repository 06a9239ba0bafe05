/**
 * The highest revision of a finding that was begun for a webhook: an item per webhook and finding, advanced by one conditional
 * write before each POST. While its lease lasts, no other delivery of the finding is posted to the webhook; after it, none of an
 * earlier revision. Webhooks that chose detections alone have no marks.
 */
import type { Lifecycle } from '../finding/lifecycle.ts';
import { ABSENT, all, any, atMost, type Condition, equals, missing } from '../runtime/condition.ts';
import type { DeliveryId } from '../runtime/ids.ts';
import type { DeliveryMessage, DeliveryRow } from './delivery.ts';
import { LEASE_MILLIS } from './retry-cycle.ts';

/** Instants are epoch milliseconds, except `expiresAt`. */
export interface RevisionMark {
  readonly revision: number;
  /** Something else than a resolution was begun: the receiver may have it open. */
  readonly isOpened?: true;
  /** Whose attempt was begun last, and under which lease. Absent if none was. */
  readonly deliveryId?: DeliveryId;
  readonly attempt?: number;
  readonly lease?: string;
  readonly leaseUntil?: number;
  /** Epoch seconds: the table's TTL. */
  readonly expiresAt: number;
}

/** What is written, and under which condition. A part that is not named stays as it is stored. */
export interface MarkChange {
  readonly set: RevisionMark;
  readonly when: Condition<Omit<RevisionMark, 'expiresAt'>>;
}

/** A finding may stay open for long, and its resolution is sent to those alone that have it. */
export const MARK_LIFETIME_DAYS = 400;
const MARK_LIFETIME_SECONDS = MARK_LIFETIME_DAYS * 24 * 60 * 60;

/** An attempt that is about to be made. */
export interface Beginning {
  /** Of the delivery that makes the attempt: a digest's makes one for many findings. */
  readonly message: Pick<DeliveryMessage, 'deliveryId' | 'attempt'>;
  readonly lifecycle: Lifecycle;
  /** Of the row as it was read: 0 without one. */
  readonly lastAttempt: number;
  readonly lease: string;
}

/** `endedLease`: of an attempt that is known to be over, although its time is not. */
export function beginRevision(
  { message, lifecycle: { event, revision }, lastAttempt, lease }: Beginning,
  nowMillis: number,
  endedLease?: string,
): MarkChange {
  const { deliveryId, attempt } = message;
  const isOwnAndOver = all(equals('deliveryId', deliveryId), atMost('attempt', lastAttempt));
  const isOver = any(missing('leaseUntil'), atMost('leaseUntil', nowMillis), isOwnAndOver);
  const isFree = endedLease === undefined ? isOver : any(isOver, equals('lease', endedLease));
  const isNext = all(atMost('revision', revision), isFree);
  return {
    set: {
      revision,
      ...(event !== 'resolved' && { isOpened: true }),
      deliveryId,
      attempt,
      lease,
      leaseUntil: nowMillis + LEASE_MILLIS,
      expiresAt: expiryAfter(nowMillis),
    },
    when: event === 'resolved' ? all(equals('isOpened', true), isNext) : any(ABSENT, isNext),
  };
}

/**
 * A resolution that is not sent, because nothing was: a detection of an earlier revision that is still on its way must not open
 * what no later event would close.
 */
export function passOverResolution({ revision }: Lifecycle, nowMillis: number): MarkChange {
  return {
    set: { revision, expiresAt: expiryAfter(nowMillis) },
    when: any(ABSENT, all(missing('isOpened'), atMost('revision', revision))),
  };
}

/** Why an attempt could not be begun. */
export type Obstacle =
  | { readonly kind: 'superseded' }
  /** A resolution of what was never sent. */
  | { readonly kind: 'not-detected' }
  /** Another attempt may be under way. */
  | { readonly kind: 'under-way'; readonly deliveryId: DeliveryId; readonly attempt: number; readonly lease: string }
  /** It is gone by now: try again. */
  | { readonly kind: 'none' }
  /** The write was ours, although its response was lost. */
  | { readonly kind: 'ours' };

/** `mark` is what is stored now; undefined if nothing is. */
export function obstacleOf(
  mark: RevisionMark | undefined,
  { lifecycle: { event, revision }, lease }: Beginning,
  nowMillis: number,
): Obstacle {
  if (mark?.lease === lease) {
    return { kind: 'ours' };
  }
  if (mark !== undefined && mark.revision > revision) {
    return { kind: 'superseded' };
  }
  if (event === 'resolved' && mark?.isOpened !== true) {
    return { kind: 'not-detected' };
  }
  const { deliveryId, attempt, lease: other, leaseUntil = 0 } = mark ?? {};
  const isLive = leaseUntil > nowMillis;
  return isLive && deliveryId !== undefined && attempt !== undefined && other !== undefined
    ? { kind: 'under-way', deliveryId, attempt, lease: other }
    : { kind: 'none' };
}

/** Only the worker that has begun it records it, after its POST. */
export function isRecorded(row: DeliveryRow | undefined, attempt: number): boolean {
  return row !== undefined && row.lastAttempt >= attempt;
}

function expiryAfter(nowMillis: number): number {
  return Math.floor(nowMillis / 1000) + MARK_LIFETIME_SECONDS;
}
