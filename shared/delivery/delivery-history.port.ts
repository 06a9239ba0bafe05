/** The delivery log as people look at it: page by page, never a whole webhook's at once. */

import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { DeliveryRow, DeliveryStatus, DetectedDelivery } from './delivery.ts';

/** Epoch milliseconds: from `from` on, and before `until`. */
export interface Span {
  readonly from?: number;
  readonly until?: number;
}

/** The most rows that are looked at for one page, however few of them match. */
export const MOST_LOOKED_AT = 1_000;

export interface LogRequest {
  readonly limit: number;
  /** Begin after it. */
  readonly after?: DeliveryId;
  /** Of what the list is ordered by: detection, or arrival. */
  readonly span?: Span;
  /** Only such rows, out of the bounded part of the log that is looked at. */
  readonly matches?: (row: DeliveryRow) => boolean;
}

/** A page may be empty and yet not the last. */
export interface LogPage {
  readonly rows: readonly DeliveryRow[];
  /** The position of the last delivery that was looked at; absent at the end of the log. */
  readonly next?: DeliveryId;
}

/** A position among the failures of a webhook: several may have failed in the same millisecond. */
export interface FailurePosition {
  readonly failedAt: number;
  readonly deliveryId: DeliveryId;
}

export interface FailurePage {
  readonly failures: readonly FailurePosition[];
  readonly next?: FailurePosition;
}

export interface LatestDeliveries {
  /** Newest detection first. */
  readonly deliveries: readonly DetectedDelivery[];
  /** The log has no others. */
  readonly isWhole: boolean;
}

export interface CappedCount {
  readonly count: number;
  /** There may be more than were counted. */
  readonly isCapped: boolean;
}

/** Of which instant a delivery is: when its finding was detected, or when it came to us, as in the log by arrival. */
export type Moment = 'detection' | 'arrival';

/** What became of a delivery, as far as it is counted. */
export interface Outcome {
  /** The moment asked for, epoch milliseconds. */
  readonly at: number;
  readonly status: DeliveryStatus;
  /** How long the receiver took to respond to its attempts, `MOST_TIMED` at most, the first of them first. */
  readonly responseMillis: readonly number[];
  /** How long after `at` the receiver had it. Absent if it has not, or only after more attempts than are looked at. */
  readonly deliveredAfterMillis?: number;
}

/** As many attempts of a delivery as one retry cycle has. */
export const MOST_TIMED = 4;

export interface OutcomeRequest {
  readonly by: Moment;
  readonly span: Required<Span>;
  readonly cap: number;
}

export interface OutcomeReading {
  /** The newest first. */
  readonly outcomes: readonly Outcome[];
  /** There were more, and older ones, than were read. */
  readonly isCapped: boolean;
}

/** What needs attention is looked up by an index that may lag behind the log by a moment; all else is consistent. */
export interface DeliveryHistory {
  /** Newest detection first. */
  listByDetection(tenantId: TenantId, webhookId: WebhookId, request: LogRequest): Promise<LogPage>;

  /**
   * The latest arrival first: `after` and `next` are ids with the instant of arrival (`arrivalKeyOf`). One that arrived
   * within an hour of its detection counts as arriving then.
   */
  listByArrival(tenantId: TenantId, webhookId: WebhookId, request: LogRequest): Promise<LogPage>;

  /** The latest deliveries without their findings, at most `limit` of them. */
  readLatest(tenantId: TenantId, webhookId: WebhookId, limit: number): Promise<LatestDeliveries>;

  /** Failed or held deliveries, the latest failure first, from after `after` on. */
  listFailures(
    tenantId: TenantId,
    webhookId: WebhookId,
    request: {
      readonly status: 'failed' | 'held';
      readonly limit: number;
      readonly failed?: Span;
      readonly after?: FailurePosition;
    },
  ): Promise<FailurePage>;

  /** Those of the deliveries that are there, in the order asked for; at most 100. */
  findAll(
    tenantId: TenantId,
    webhookId: WebhookId,
    deliveryIds: readonly DeliveryId[],
  ): Promise<readonly DeliveryRow[]>;

  /** `waiting`: pending deliveries whose turn is not within reach. */
  countFailures(
    tenantId: TenantId,
    webhookId: WebhookId,
    status: 'failed' | 'held' | 'waiting',
    cap: number,
  ): Promise<CappedCount>;

  /** Of the deliveries of a span, newest first, at most `cap`. No finding is read. */
  readOutcomes(tenantId: TenantId, webhookId: WebhookId, request: OutcomeRequest): Promise<OutcomeReading>;
}
