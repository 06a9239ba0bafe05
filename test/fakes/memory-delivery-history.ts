import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import {
  type CappedCount,
  type DeliveryHistory,
  type FailurePage,
  type FailurePosition,
  type LatestDeliveries,
  type LogPage,
  type LogRequest,
  MOST_LOOKED_AT,
  MOST_TIMED,
  type Moment,
  type Outcome,
  type OutcomeReading,
  type OutcomeRequest,
  type Span,
} from '../../shared/delivery/delivery-history.port.ts';
import { arrivalKeyOf, deliveryIdBound, detectedAtOf } from '../../shared/delivery/delivery-id.ts';
import { isDigest } from '../../shared/delivery/row-change.ts';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../../shared/runtime/ids.ts';

/** As much of a log as its history needs. */
export interface RowsByKey {
  readonly rows: ReadonlyMap<string, DeliveryRow>;
  row(of: Pick<DeliveryRow, 'tenantId' | 'webhookId' | 'deliveryId'>): DeliveryRow | undefined;
}

/** Reads through the in-memory log, and so never lags behind it. */
export class MemoryDeliveryHistory implements DeliveryHistory {
  readonly log: RowsByKey;

  constructor(log: RowsByKey) {
    this.log = log;
  }

  async listByDetection(tenantId: TenantId, webhookId: WebhookId, request: LogRequest): Promise<LogPage> {
    return this.#listBy(({ deliveryId }) => deliveryId, tenantId, webhookId, request);
  }

  async listByArrival(tenantId: TenantId, webhookId: WebhookId, request: LogRequest): Promise<LogPage> {
    const keyOf = ({ deliveryId, arrivedAt }: DeliveryRow) => arrivalKeyOf(deliveryId, arrivedAt);
    return this.#listBy(keyOf, tenantId, webhookId, request);
  }

  #listBy(
    keyOf: (row: DeliveryRow) => string,
    tenantId: TenantId,
    webhookId: WebhookId,
    { limit, after, span: { from = 0, until } = {}, matches = () => true }: LogRequest,
  ): LogPage {
    const all = this.#rowsOf(tenantId, webhookId)
      .map((row) => ({ key: keyOf(row), row }))
      .sort((a, b) => compare(b.key, a.key))
      .filter(({ key }) => deliveryIdBound(from) <= key && (until === undefined || key < deliveryIdBound(until)))
      .filter(({ key }) => after === undefined || key < after);
    const found = all.slice(0, MOST_LOOKED_AT).filter(({ row }) => matches(row));
    const page = found.slice(0, limit);
    const isMore = found.length > limit || all.length > MOST_LOOKED_AT;
    const next = isMore ? (found.length > limit ? page.at(-1) : all[MOST_LOOKED_AT - 1]) : undefined;
    const place = next && parseDeliveryId(next.key);
    return { rows: page.map(({ row }) => row), ...(place && { next: place }) };
  }

  async readLatest(tenantId: TenantId, webhookId: WebhookId, limit: number): Promise<LatestDeliveries> {
    const rows = this.#rowsOf(tenantId, webhookId).filter((row) => !isDigest(row));
    const deliveries = rows.slice(0, limit).map(({ deliveryId, status, attempts, nextAttemptAt, waitingSince }) => {
      const attemptedAt = attempts.at(-1)?.at;
      return {
        ...{ deliveryId, status },
        ...(attemptedAt !== undefined && { attemptedAt }),
        ...(nextAttemptAt !== undefined && { nextAttemptAt }),
        ...(waitingSince !== undefined && { waitingSince }),
      };
    });
    return { deliveries, isWhole: rows.length < limit };
  }

  async listFailures(
    tenantId: TenantId,
    webhookId: WebhookId,
    {
      status,
      limit,
      failed: { from = 0, until = Number.POSITIVE_INFINITY } = {},
      after,
    }: { status: 'failed' | 'held'; limit: number; failed?: Span; after?: FailurePosition },
  ): Promise<FailurePage> {
    const failures = this.#rowsOf(tenantId, webhookId)
      .filter((row) => row.status === status)
      .map(({ failedAt = 0, deliveryId }) => ({ failedAt, deliveryId }))
      .filter(({ failedAt }) => from <= failedAt && failedAt < until)
      .sort(latestFirst)
      .filter((failure) => after === undefined || latestFirst(after, failure) < 0);
    const page = failures.slice(0, limit);
    const last = page.at(-1);
    return { failures: page, ...(last && failures.length > limit && { next: last }) };
  }

  async findAll(
    tenantId: TenantId,
    webhookId: WebhookId,
    deliveryIds: readonly DeliveryId[],
  ): Promise<readonly DeliveryRow[]> {
    return deliveryIds
      .map((deliveryId) => this.log.row({ tenantId, webhookId, deliveryId }))
      .filter((row) => row !== undefined);
  }

  async countFailures(
    tenantId: TenantId,
    webhookId: WebhookId,
    status: 'failed' | 'held' | 'waiting',
    cap: number,
  ): Promise<CappedCount> {
    const { length } = this.#rowsOf(tenantId, webhookId).filter((row) =>
      status === 'waiting' ? row.waitingSince !== undefined : row.status === status,
    );
    return { count: Math.min(length, cap), isCapped: length > cap };
  }

  async readOutcomes(
    tenantId: TenantId,
    webhookId: WebhookId,
    { by, span: { from, until }, cap }: OutcomeRequest,
  ): Promise<OutcomeReading> {
    const outcomes = this.#rowsOf(tenantId, webhookId)
      .filter((row) => !isDigest(row))
      .map((row) => outcomeOf(row, by))
      .filter(({ at }) => from <= at && at < until)
      .sort((a, b) => b.at - a.at);
    return { outcomes: outcomes.slice(0, cap), isCapped: outcomes.length > cap };
  }

  /** Newest detection first. */
  #rowsOf(tenantId: TenantId, webhookId: WebhookId): readonly DeliveryRow[] {
    return [...this.log.rows.values()]
      .filter((row) => row.tenantId === tenantId && row.webhookId === webhookId)
      .sort((a, b) => (a.deliveryId < b.deliveryId ? 1 : -1));
  }
}

function outcomeOf({ deliveryId, arrivedAt, status, lastAttempt, ...row }: DeliveryRow, by: Moment): Outcome {
  const attempts = row.attempts.slice(0, MOST_TIMED);
  const detectedAt = detectedAtOf(deliveryId) ?? 0;
  const at = by === 'arrival' ? (arrivedAt ?? detectedAt) : detectedAt;
  const last = status === 'delivered' && attempts.length === lastAttempt ? attempts.at(-1) : undefined;
  return {
    at,
    status,
    responseMillis: attempts.map(({ millis }) => millis),
    ...(last && { deliveredAfterMillis: Math.max(0, last.at + last.millis - at) }),
  };
}

function latestFirst(a: FailurePosition, b: FailurePosition): number {
  return b.failedAt - a.failedAt || compare(b.deliveryId, a.deliveryId);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
