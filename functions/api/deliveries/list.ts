/** The delivery log page by page: by detection, or for failed and held deliveries by when they became so. */

import { type CursorScope, openCursor, sealCursor } from '../../../shared/api/cursor.ts';
import type { DeliveryRow, DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import { parseDeliveryId, type TenantId, type WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, type Outcome, refuse } from '../outcome.ts';
import { type FailureRequest, openFailureCursor, sealFailureCursor } from './failure-cursor.ts';

export interface DeliveryPage {
  readonly rows: readonly DeliveryRow[];
  readonly nextCursor?: string;
}

export interface ListRequest {
  readonly status?: DeliveryStatus | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

type ListDependencies = Pick<ApiDependencies, 'history' | 'cursorKey'>;

export const FOREIGN_CURSOR = refuse('invalid-cursor', 'Begin again without a cursor.');

export function listDeliveries(
  deps: ListDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
  { status, ...page }: ListRequest,
): Promise<Outcome<DeliveryPage>> {
  return status === 'failed' || status === 'held'
    ? listByFailure(deps, { tenantId, webhookId, list: `failures:${status}`, status }, page)
    : listByDetection(deps, { tenantId, webhookId, list: `log:${status ?? 'all'}` }, status, page);
}

async function listByDetection(
  { history, cursorKey }: ListDependencies,
  scope: CursorScope,
  status: DeliveryStatus | undefined,
  { limit, cursor }: Omit<ListRequest, 'status'>,
): Promise<Outcome<DeliveryPage>> {
  const key = await cursorKey.read();
  const [id] = (cursor === undefined ? [] : openCursor(key, scope, cursor)) ?? [];
  const after = id === undefined ? undefined : parseDeliveryId(id);
  if (cursor !== undefined && after === undefined) {
    return FOREIGN_CURSOR;
  }
  const { rows, next } = await history.listByDetection(scope.tenantId, scope.webhookId, {
    limit,
    ...(after && { after }),
    ...(status && { status }),
  });
  return done({ rows, ...(next && { nextCursor: sealCursor(key, scope, [next]) }) });
}

/** The index names them, their rows are read then: one that has moved on meanwhile is left out. */
async function listByFailure(
  { history, cursorKey }: ListDependencies,
  request: FailureRequest,
  { limit, cursor }: Omit<ListRequest, 'status'>,
): Promise<Outcome<DeliveryPage>> {
  const { tenantId, webhookId, status } = request;
  const key = await cursorKey.read();
  const after = cursor === undefined ? undefined : openFailureCursor(key, request, cursor);
  if (cursor !== undefined && after === undefined) {
    return FOREIGN_CURSOR;
  }
  const { failures, next } = await history.listFailures(tenantId, webhookId, {
    status,
    limit,
    ...(after && { after }),
  });
  const ids = failures.map(({ deliveryId }) => deliveryId);
  const rows = (await history.findAll(tenantId, webhookId, ids)).filter((row) => row.status === status);
  return done({ rows, ...(next && { nextCursor: sealFailureCursor(key, request, next) }) });
}
