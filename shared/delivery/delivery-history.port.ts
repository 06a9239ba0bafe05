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
  /** The place of the last delivery that was looked at; absent at the end of the log. */
  readonly next?: DeliveryId;
}

/** A place among the failures of a webhook: several may have failed in the same millisecond. */
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

export interface DetectedStatus {
  /** When the finding was detected, epoch milliseconds. */
  readonly detectedAt: number;
  readonly status: DeliveryStatus;
}

export interface StatusReading {
  readonly statuses: readonly DetectedStatus[];
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

  /** Of the findings detected in the span, newest first, at most `cap`. */
  readStatuses(tenantId: TenantId, webhookId: WebhookId, detected: Required<Span>, cap: number): Promise<StatusReading>;
}
