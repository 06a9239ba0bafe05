/**
 * Retry by hand, one delivery or many. The row is re-opened first, conditionally, and its message sent then: of two people
 * who press at once one gets the response that there is nothing to retry, and a message that is lost is the reconciler's to repeat.
 */
import { MAX_RETRIED } from '../../../shared/api/bulk-retry.schema.ts';
import type { BulkRetryRequest } from '../../../shared/api/retry-requests.schema.ts';
import { continuationOf } from '../../../shared/delivery/continuation.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import type { FailurePosition, Span } from '../../../shared/delivery/delivery-history.port.ts';
import { retryByHand } from '../../../shared/delivery/retry-cycle.ts';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../../../shared/runtime/ids.ts';
import type { Telemetry } from '../../../shared/runtime/telemetry.port.ts';
import { isUnverified } from '../../../shared/webhook/challenge.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse } from '../outcome.ts';
import { sideBySide } from '../side-by-side.ts';
import { openFailureCursor, sealFailureCursor } from './failure-cursor.ts';
import { FOREIGN_CURSOR } from './list.ts';
import { matcherOf } from './log-filter.ts';

export type RetryDependencies = Pick<
  ApiDependencies,
  'webhooks' | 'log' | 'history' | 'retryQueue' | 'cursorKey' | 'clock'
> & { readonly telemetry: Pick<Telemetry, 'fail'> };

export interface BulkRetried {
  readonly retried: number;
  /** How many match; absent unless the request only counts. */
  readonly matched?: number;
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
  { cursor, countOnly, ...filters }: BulkRetryRequest,
  remainingMillis: () => number,
): Promise<Outcome<BulkRetried>> {
  const refused = await refusalOf(deps, tenantId, webhookId);
  // Nothing of a paused or disabled webhook is retried; it may be counted all the same.
  if (refused !== undefined && !(countOnly && refused !== NO_SUCH_WEBHOOK)) {
    return refused;
  }
  const { status, since, until } = filters;
  const narrowed = Object.entries(filters).filter(([name, value]) => value !== undefined && !PLAIN.includes(name));
  const list = `retry:${status}:${since ?? ''}:${until ?? ''}${narrowed.length === 0 ? '' : JSON.stringify(narrowed)}`;
  const scope = { tenantId, webhookId, list };
  const key = await deps.cursorKey.read();
  let next: FailurePosition | undefined = cursor === undefined ? undefined : openFailureCursor(key, scope, cursor);
  if (cursor !== undefined && next === undefined) {
    return FOREIGN_CURSOR;
  }
  const isWanted = selectorOf(filters);
  const failed: Span = {
    ...(since !== undefined && { from: Date.parse(since) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
  const counted = { matched: 0, retried: 0 };
  const result = (): BulkRetried => (countOnly ? counted : { retried: counted.retried });
  for (let looked = 0; looked < MAX_RETRIED && remainingMillis() > MIN_REMAINING_MILLIS; looked += PAGE) {
    const request = { status, failed, limit: PAGE, ...(next && { after: next }) };
    const page = await deps.history.listFailures(tenantId, webhookId, request);
    const ids = page.failures.map(({ deliveryId }) => deliveryId);
    const wanted = (await deps.history.findAll(tenantId, webhookId, ids)).filter(isWanted);
    counted.matched += wanted.length;
    counted.retried += countOnly ? 0 : await reopenAll(deps, wanted);
    next = page.next;
    if (next === undefined) {
      return done(result());
    }
  }
  return done({ ...result(), ...(next && { nextCursor: sealFailureCursor(key, scope, next) }) });
}

/** A cursor of a version that knows no other filters names these alone. */
const PLAIN: readonly string[] = ['status', 'since', 'until'];

/** Those that the log shows for the same filters. One that has moved on since the index was read has another status. */
function selectorOf({ status, severity, cause, search = '' }: BulkRetryRequest): (row: DeliveryRow) => boolean {
  const deliveryId = parseDeliveryId(search);
  if (deliveryId !== undefined) {
    return (row) => row.status === status && row.deliveryId === deliveryId;
  }
  return matcherOf({ status, severity, cause, search }) ?? (() => true);
}

async function reopenAll(deps: RetryDependencies, rows: readonly DeliveryRow[]): Promise<number> {
  const reopened = await sideBySide(rows, REOPENED_SIDE_BY_SIDE, (row) => reopen(deps, row));
  return reopened.filter((row) => row !== undefined).length;
}

/** `send` would cancel what a webhook may not get that is paused or has an unverified address, and the failure would be gone from the card. */
async function refusalOf(
  { webhooks }: RetryDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
): Promise<Refused | undefined> {
  const webhook = await webhooks.find(tenantId, webhookId);
  return webhook === undefined ? NO_SUCH_WEBHOOK : refusalFor(webhook);
}

function refusalFor(webhook: Webhook): Refused | undefined {
  const { kind } = webhook.state;
  if (kind !== 'enabled') {
    return refuse('webhook-not-enabled', `The webhook is ${kind}. Resume it first, then retry.`);
  }
  return isUnverified(webhook)
    ? refuse('address-unverified', 'Verify the address first: POST …/challenge. Then retry.')
    : undefined;
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
