/**
 * The shapes of a delivery: its row in the log, its attempts, and the message that travels for it. What may happen to a row
 * is in the files that this room's README names.
 */
import type { CanonicalFinding } from '../finding/finding.ts';
import type { LifecycleFields } from '../finding/lifecycle.ts';
import type { AttemptCause, NoResponse } from '../http/attempt-outcome.ts';
import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { AlertRefusal } from '../webhook/alert-rule.ts';
import type { Turn } from '../webhook/turns.ts';
import type { FinalReason } from './classify.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'held' | 'cancelled';

/** Who re-opened a delivery: a person on the card, or the platform team with a redrive message. */
export type Reopener = 'user' | 'operator';

/** `superseded`: a later revision was begun. `not-detected`: a resolution of what the webhook never got. */
export type OvertakenReason = 'superseded' | 'not-detected';

/**
 * `event-not-chosen`: the webhook does not want such events (any more). `detected-before`: before the webhook was connected,
 * and it wants new findings alone.
 */
export type CancelReason =
  | 'webhook-gone'
  | 'webhook-paused'
  | 'event-not-chosen'
  | 'detected-before'
  | AlertRefusal
  | OvertakenReason;

export type StatusReason = CancelReason | 'webhook-disabled' | 'exhausted' | FinalReason;

/** Instants are epoch milliseconds, except `expiresAt`. */
export interface DeliveryRow extends LifecycleFields {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  readonly status: DeliveryStatus;
  /** Why it is cancelled, held or failed. */
  readonly reason?: StatusReason;
  /** The number of the latest recorded attempt; 0 before the first. */
  readonly lastAttempt: number;
  /** The attempt with which the current retry cycle ends. The row's limit counts, not a message's. */
  readonly attemptLimit: number;
  readonly attempts: readonly Attempt[];
  readonly finding: CanonicalFinding;
  /** When it was first recorded, if that was long after the detection: only then does it differ enough to be kept. */
  readonly arrivedAt?: number;
  readonly nextAttemptAt?: number;
  /** The token of the worker that is posting now; void from `leaseUntil` on. */
  readonly lease?: string;
  readonly leaseUntil?: number;
  /** Set while a re-opened retry cycle runs. */
  readonly reopen?: Reopener;
  /** When the redrive message of the exhausted cycle went out. An exhausted row without it still owes the message. */
  readonly ticketSentAt?: number;
  /** When it became failed or held: what the tenant looks failures up by. */
  readonly failedAt?: number;
  /** Since when the next attempt waits for a turn that is not within reach yet. Every recorded attempt drops it. */
  readonly waitingSince?: number;
  /** What the turns of its webhook accounted for by then (`explainedMillis`); absent: nothing. It goes with `waitingSince`. */
  readonly explainedBefore?: number;
  /** The digest with which it goes or went; absent of one that goes alone, and of a digest. */
  readonly digestId?: DeliveryId;
  /** The end of that digest's window. On a digest, whose own row has no `digestId`, of its own. */
  readonly digestEndsAt?: number;
  /** On a digest, once it has chosen them: the deliveries that go with it, as `digest.ts` writes them. */
  readonly digestMembers?: string;
  /** The reconciler looks at the row from then on. */
  readonly reconcileAt?: number;
  /** How often the reconciler has continued this retry cycle since the last recorded attempt. */
  readonly reconciles?: number;
  /** Epoch seconds: the table's TTL. */
  readonly expiresAt: number;
}

/** A delivery as its webhook's health needs it. Instants in epoch milliseconds. */
export interface DetectedDelivery {
  readonly deliveryId: DeliveryId;
  readonly status: DeliveryStatus;
  /** When the latest attempt began. */
  readonly attemptedAt?: number;
  readonly nextAttemptAt?: number;
  readonly waitingSince?: number;
}

export interface Attempt {
  readonly number: number;
  /** When it began. */
  readonly at: number;
  readonly millis: number;
  readonly statusCode?: number;
  readonly error?: NoResponse;
  /** What exactly went wrong, where more is known than status or error say. */
  readonly cause?: AttemptCause;
  /** The technical code to it. */
  readonly code?: string;
  /** Where a redirect leads, secrets masked and without its query. */
  readonly location?: string;
  /** Of a failed attempt: the first 1 KB of the response, secrets masked. */
  readonly response?: string;
  /** A success that arrived after another worker had recorded an attempt of this number. */
  readonly duplicate?: true;
}

/** What travels in the queues. */
export interface DeliveryMessage extends LifecycleFields {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  /** The attempt to make, numbered from 1 over the delivery's whole life. */
  readonly attempt: number;
  readonly attemptLimit: number;
  readonly reopen?: Reopener;
  /** It was in the delivery queue before: the worker that sent it on may have died, and the first message come back. */
  readonly sentOn?: true;
  /** The turn that the attempt waits for. */
  readonly turn?: Turn;
  /** Of a digest: the end of its window. */
  readonly digestEndsAt?: number;
  readonly finding: CanonicalFinding;
}
