/** The delivery log page by page: by arrival, by detection, or for failed and held deliveries by when they became so. */

import { type CursorScope, openCursor, sealCursor } from '../../../shared/api/cursor.ts';
import { toInstant } from '../../../shared/api/instant.schema.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { type FailurePosition, MOST_LOOKED_AT, type Span } from '../../../shared/delivery/delivery-history.port.ts';
import { detectedAtOf } from '../../../shared/delivery/delivery-id.ts';
import { parseDeliveryId, type TenantId, type WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, type Outcome, refuse } from '../outcome.ts';
import { type FailureRequest, openFailureCursor, sealFailureCursor } from './failure-cursor.ts';
import { type LogFilter, matcherOf } from './log-filter.ts';

export interface DeliveryPage {
  readonly rows: readonly DeliveryRow[];
  readonly nextCursor?: string;
  /** Enough was looked at before the page was full: where the next one goes on. */
  readonly searchedBackTo?: string;
}

export interface ListRequest extends LogFilter {
  readonly order: 'arrival' | 'detection';
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

type ListDependencies = Pick<ApiDependencies, 'history' | 'cursorKey'>;

export const FOREIGN_CURSOR = refuse('invalid-cursor', 'Begin again without a cursor.');

/** Positions in the index of failures that one query gives; their rows are one more call. */
const FAILURES_PER_QUERY = 100;

export async function listDeliveries(
  deps: ListDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
  { limit, cursor, ...request }: ListRequest,
): Promise<Outcome<DeliveryPage>> {
  const deliveryId = parseDeliveryId(request.search?.trim() ?? '');
  if (deliveryId !== undefined) {
    return done({ rows: await deps.history.findAll(tenantId, webhookId, [deliveryId]) });
  }
  const { status } = request;
  const page = { limit, cursor };
  const filters = JSON.stringify(Object.entries(request).filter(([, value]) => value !== undefined));
  return status === 'failed' || status === 'held'
    ? listByFailure(deps, { tenantId, webhookId, list: `failures:${filters}`, status }, request, page)
    : listLog(deps, { tenantId, webhookId, list: `log:${filters}` }, request, page);
}

type Filters = Omit<ListRequest, 'limit' | 'cursor'>;
type Page = Pick<ListRequest, 'limit' | 'cursor'>;

async function listLog(
  { history, cursorKey }: ListDependencies,
  scope: CursorScope,
  filters: Filters,
  { limit, cursor }: Page,
): Promise<Outcome<DeliveryPage>> {
  const key = await cursorKey.read();
  const [place] = (cursor === undefined ? [] : openCursor(key, scope, cursor)) ?? [];
  const after = place === undefined ? undefined : parseDeliveryId(place);
  if (cursor !== undefined && after === undefined) {
    return FOREIGN_CURSOR;
  }
  const matches = matcherOf(filters);
  const list = filters.order === 'detection' ? history.listByDetection : history.listByArrival;
  const { rows, next } = await list.call(history, scope.tenantId, scope.webhookId, {
    limit,
    span: spanOf(filters),
    ...(after && { after }),
    ...(matches && { matches }),
  });
  const reachedAt = next === undefined || rows.length === limit ? undefined : detectedAtOf(next);
  return done({
    rows,
    ...(next && { nextCursor: sealCursor(key, scope, [next]) }),
    ...(reachedAt !== undefined && { searchedBackTo: toInstant(reachedAt) }),
  });
}

/** The index names them, their rows are read then: one that has moved on meanwhile is left out. */
async function listByFailure(
  { history, cursorKey }: ListDependencies,
  scope: FailureRequest,
  filters: Filters,
  { limit, cursor }: Page,
): Promise<Outcome<DeliveryPage>> {
  const { tenantId, webhookId, status } = scope;
  const key = await cursorKey.read();
  let after = cursor === undefined ? undefined : openFailureCursor(key, scope, cursor);
  if (cursor !== undefined && after === undefined) {
    return FOREIGN_CURSOR;
  }
  const isMatch = matcherOf(filters) ?? (() => true);
  const isNarrowed = matcherOf({ ...filters, status: undefined }) !== undefined;
  const rows: DeliveryRow[] = [];
  const pageUntil = (next: FailurePosition | undefined, isCut: boolean) =>
    done({
      rows,
      ...(next && { nextCursor: sealFailureCursor(key, scope, next) }),
      ...(next && isCut && { searchedBackTo: toInstant(next.failedAt) }),
    });
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += FAILURES_PER_QUERY) {
    const { failures, next } = await history.listFailures(tenantId, webhookId, {
      status,
      limit: isNarrowed ? FAILURES_PER_QUERY : limit,
      failed: spanOf(filters),
      ...(after && { after }),
    });
    const ids = failures.map(({ deliveryId }) => deliveryId);
    const read = await history.findAll(tenantId, webhookId, ids);
    for (const [index, position] of failures.entries()) {
      const row = read.find(({ deliveryId }) => deliveryId === position.deliveryId);
      if (row !== undefined && isMatch(row)) {
        rows.push(row);
      }
      if (rows.length === limit && (index < failures.length - 1 || next !== undefined)) {
        return pageUntil(position, false);
      }
    }
    after = next;
    if (next === undefined || !isNarrowed) {
      break;
    }
  }
  return pageUntil(after, isNarrowed);
}

function spanOf({ since, until }: Pick<ListRequest, 'since' | 'until'>): Span {
  return {
    ...(since !== undefined && { from: Date.parse(since) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
}
