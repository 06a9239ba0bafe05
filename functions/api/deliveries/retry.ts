/**
 * Retry by hand, one delivery or many. The row is re-opened first, conditionally, and its message sent then: of two people
 * who press at once one gets the response that there is nothing to retry, and a message that is lost is the reconciler's to repeat.
 */
import { MAX_RETRIED } from '../../../shared/api/delivery-responses.schema.ts';
import type { BulkRetryRequest } from '../../../shared/api/retry-requests.schema.ts';
import { continuationOf } from '../../../shared/delivery/continuation.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import type { FailurePosition, Span } from '../../../shared/delivery/delivery-history.port.ts';
import { retryByHand } from '../../../shared/delivery/retry-cycle.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { Telemetry } from '../../../shared/runtime/telemetry.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse } from '../outcome.ts';
import { sideBySide } from '../side-by-side.ts';
import { openFailureCursor, sealFailureCursor } from './failure-cursor.ts';
import { FOREIGN_CURSOR } from './list.ts';

export type RetryDependencies = Pick<
  ApiDependencies,
  'webhooks' | 'log' | 'history' | 'retryQueue' | 'cursorKey' | 'clock'
> & { readonly telemetry: Pick<Telemetry, 'fail'> };

export interface BulkRetried {
  readonly retried: number;
  readonly nextCursor?: string;
}

/** Rows of one BatchGetItem. */
const PAGE = 100;

/** Two calls each, about 30 ms: five rounds a page, a second for the 500 of one call. */
const REOPENED_SIDE_BY_SIDE = 20;

/** Nothing is begun with less: a response that never arrives cannot say how far the work got. */
const MIN_REMAINING_MILLIS = 10_000;

const NOT_RETRYABLE = refuse('not-retryable', 'This delivery is neither failed nor held (any more).');

export async function retryOne(
  deps: RetryDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
  deliveryId: DeliveryId,
): Promise<Outcome<DeliveryRow>> {
  const refused = await refusalOf(deps, tenantId, webhookId);
  if (refused !== undefined) {
    return refused;
  }
  const row = await deps.log.find(tenantId, webhookId, deliveryId);
  if (row === undefined) {
    return NO_SUCH_DELIVERY;
  }
  const reopened = await reopen(deps, row);
  return reopened === undefined ? NOT_RETRYABLE : done(reopened);
}

/** The latest failure first. Call again with `nextCursor` until there is none. */
export async function retryMany(
  deps: RetryDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
  { status, since, until, cursor }: BulkRetryRequest,
  remainingMillis: () => number,
): Promise<Outcome<BulkRetried>> {
  const refused = await refusalOf(deps, tenantId, webhookId);
  if (refused !== undefined) {
    return refused;
  }
  const scope = { tenantId, webhookId, list: `retry:${status}:${since ?? ''}:${until ?? ''}` };
  const key = await deps.cursorKey.read();
  let next: FailurePosition | undefined = cursor === undefined ? undefined : openFailureCursor(key, scope, cursor);
  if (cursor !== undefined && next === undefined) {
    return FOREIGN_CURSOR;
  }
  const failed: Span = {
    ...(since !== undefined && { from: Date.parse(since) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
  let retried = 0;
  for (let looked = 0; looked < MAX_RETRIED && remainingMillis() > MIN_REMAINING_MILLIS; looked += PAGE) {
    const request = { status, failed, limit: PAGE, ...(next && { after: next }) };
    const page = await deps.history.listFailures(tenantId, webhookId, request);
    const ids = page.failures.map(({ deliveryId }) => deliveryId);
    const rows = await deps.history.findAll(tenantId, webhookId, ids);
    const open = rows.filter((row) => row.status === status);
    const reopened = await sideBySide(open, REOPENED_SIDE_BY_SIDE, (row) => reopen(deps, row));
    retried += reopened.filter((row) => row !== undefined).length;
    next = page.next;
    if (next === undefined) {
      return done({ retried });
    }
  }
  return done({ retried, ...(next && { nextCursor: sealFailureCursor(key, scope, next) }) });
}

/** `send` would cancel what a webhook that is paused may not get, and the failure would be gone from the card. */
async function refusalOf(
  { webhooks }: RetryDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
): Promise<Refused | undefined> {
  const webhook = await webhooks.find(tenantId, webhookId);
  return webhook === undefined ? NO_SUCH_WEBHOOK : refusalFor(webhook);
}

function refusalFor({ state }: Webhook): Refused | undefined {
  return state.kind === 'enabled'
    ? undefined
    : refuse('webhook-not-enabled', `The webhook is ${state.kind}. Resume it first, then retry.`);
}

/** Undefined if there is nothing to retry about it, or another request was faster. */
async function reopen(
  { log, retryQueue, telemetry, clock }: RetryDependencies,
  row: DeliveryRow,
): Promise<DeliveryRow | undefined> {
  const { tenantId, webhookId, deliveryId } = row;
  const change = retryByHand(row, clock.now());
  if (change === undefined) {
    return undefined;
  }
  if ((await log.write(tenantId, change)) === 'conflict' && !(await isReopened(log, change.row))) {
    return undefined;
  }
  try {
    await retryQueue.enqueueRetry(tenantId, continuationOf(change.row), 0);
  } catch (error) {
    telemetry.fail('retry.unqueued', { tenantId, webhookId, deliveryId }, error);
  }
  return change.row;
}

/** The write may have been ours, applied although its first response was lost. */
async function isReopened(log: RetryDependencies['log'], wanted: DeliveryRow): Promise<boolean> {
  const stored = await log.find(wanted.tenantId, wanted.webhookId, wanted.deliveryId);
  return (
    stored?.status === 'pending' &&
    stored.attemptLimit === wanted.attemptLimit &&
    stored.nextAttemptAt === wanted.nextAttemptAt
  );
}
