/** Routes of the delivery log: list, one delivery, retry one or many, hours of the chart. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { bulkRetrySchema } from '../../../shared/api/bulk-retry.schema.ts';
import { MOST_COUNTED } from '../../../shared/api/counts.schema.ts';
import {
  deliveryDetailSchema,
  deliveryPageSchema,
  deliverySchema,
  findingOf,
  toDeliveryDetail,
  toDeliveryResponse,
} from '../../../shared/api/delivery-responses.schema.ts';
import { bulkRetryRequestSchema } from '../../../shared/api/retry-requests.schema.ts';
import { statsSchema } from '../../../shared/api/stats-response.schema.ts';
import { MOST_LOOKED_AT } from '../../../shared/delivery/delivery-history.port.ts';
import { manifestIn } from '../../../shared/delivery/manifest-delivery.schema.ts';
import { lifecycleOf } from '../../../shared/finding/lifecycle.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { listDeliveries } from '../deliveries/list.ts';
import { maskedRequest } from '../deliveries/masked-request.ts';
import type { MinuteCache } from '../deliveries/minute-cache.ts';
import { retryMany, retryOne } from '../deliveries/retry.ts';
import { readStats } from '../deliveries/stats.ts';
import { readWaitingLine } from '../deliveries/waiting.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, deliveryIdOf, unwrap, webhookIdOf } from '../http.ts';
import { NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK } from '../outcome.ts';
import {
  allowedBy,
  deliveryParams,
  jsonBody,
  jsonResponse,
  listQuery,
  statsQuery,
  webhookParams,
} from './parameters.ts';
import { problemsOf, writeProblemsOf } from './problem-responses.ts';

const ONE = '/v1/webhooks/{webhookId}';
const TAG = { tags: ['Deliveries'] };
const READ = { ...TAG, ...allowedBy('webhooks-read') };
const WRITE = { ...TAG, ...allowedBy('webhooks-write') };

const listRoute = createRoute({
  ...READ,
  method: 'get',
  path: `${ONE}/deliveries`,
  operationId: 'listDeliveries',
  summary: 'List deliveries',
  description: `The latest arrival first, or the newest detection; with status failed or held, the latest failure. A finding that came within an hour of its detection counts as arriving then. Order, time span, statuses failed and held, and a delivery id are exact. The other filters look at up to ${MOST_LOOKED_AT.toLocaleString('en')} deliveries a page: \`searchedBackTo\` then says how far, and \`nextCursor\` goes on.`,
  request: { params: webhookParams, query: listQuery },
  responses: {
    200: jsonResponse(deliveryPageSchema, 'A page of the log'),
    ...problemsOf('invalid-parameter', 'invalid-cursor', 'not-found'),
  },
});

const readRoute = createRoute({
  ...READ,
  method: 'get',
  path: `${ONE}/deliveries/{deliveryId}`,
  operationId: 'readDelivery',
  summary: 'Read one delivery with every attempt',
  description: 'And with the request as it is made today, every secret masked. Kept for 30 days.',
  request: { params: deliveryParams },
  responses: { 200: jsonResponse(deliveryDetailSchema, 'The delivery'), ...problemsOf('not-found') },
});

const retryManyRoute = createRoute({
  ...WRITE,
  method: 'post',
  path: `${ONE}/deliveries/retry`,
  operationId: 'retryDeliveries',
  summary: 'Retry many deliveries',
  description:
    'Failed or held ones, by when they became so, narrowed as the list of deliveries is; a call looks at 500 at most. Call again with `nextCursor` until there is none. With `countOnly` none is retried.',
  request: { params: webhookParams, body: jsonBody(bulkRetryRequestSchema) },
  responses: {
    200: jsonResponse(bulkRetrySchema, 'How many are on their way again'),
    ...writeProblemsOf(
      'invalid-json',
      'invalid-cursor',
      'not-found',
      'webhook-not-enabled',
      'address-unverified',
      'invalid-request',
    ),
  },
});

const retryOneRoute = createRoute({
  ...WRITE,
  method: 'post',
  path: `${ONE}/deliveries/{deliveryId}/retry`,
  operationId: 'retryDelivery',
  summary: 'Retry one delivery',
  description: 'A failed or held one: up to four more attempts, at once.',
  request: { params: deliveryParams },
  responses: {
    202: jsonResponse(deliverySchema, 'It is on its way again'),
    ...writeProblemsOf('not-found', 'not-retryable', 'webhook-not-enabled', 'address-unverified'),
  },
});

const statsRoute = createRoute({
  ...READ,
  method: 'get',
  path: `${ONE}/stats`,
  operationId: 'readStats',
  summary: 'Count deliveries per hour',
  description: `By the hour in which the finding was detected, or came to us, with how long the receiver took: for a chart. One call reads the rows of its hours, ${MOST_COUNTED.toLocaleString('en')} at most. Large counts may be a minute old.`,
  request: { params: webhookParams, query: statsQuery },
  responses: { 200: jsonResponse(statsSchema, 'Counts per hour'), ...problemsOf('invalid-parameter', 'not-found') },
});

const COUNTED_BY = { detection: 'detectedAt', arrival: 'arrivedAt' } as const;

export function routeDeliveries(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies, cache: MinuteCache): void {
  const webhookOf = async (tenantId: TenantId, id: string): Promise<Webhook> =>
    (await deps.webhooks.find(tenantId, webhookIdOf(id))) ?? unwrap<Webhook>(NO_SUCH_WEBHOOK);

  app.openapi(listRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhook = await webhookOf(tenantId, context.req.valid('param').webhookId);
    const page = unwrap(await listDeliveries(deps, tenantId, webhook.webhookId, context.req.valid('query')));
    const { rows, nextCursor, searchedBackTo } = page;
    const line = await readWaitingLine(deps, cache, webhook, rows);
    const deliveries = rows.map((row) => toDeliveryResponse(row, line));
    return context.json(
      { deliveries, ...(nextCursor && { nextCursor }), ...(searchedBackTo && { searchedBackTo }) },
      200,
    );
  });

  app.openapi(retryManyRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const remainingMillis = () => context.env?.lambdaContext?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    const request = context.req.valid('json');
    return context.json(unwrap(await retryMany(deps, tenantId, webhookId, request, remainingMillis)), 200);
  });

  app.openapi(readRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const { webhookId, deliveryId } = context.req.valid('param');
    const webhook = await webhookOf(tenantId, webhookId);
    const row = await deps.log.find(tenantId, webhook.webhookId, deliveryIdOf(deliveryId));
    if (row === undefined) {
      return unwrap(NO_SUCH_DELIVERY);
    }
    const sentAt = row.attempts.at(-1)?.at ?? deps.clock.now();
    // A digest's request is made of all of its findings.
    const finding = findingOf(row);
    const request =
      row.digestEndsAt === undefined
        ? maskedRequest(webhook, finding, row.deliveryId, sentAt, lifecycleOf(row), manifestIn(row, finding))
        : undefined;
    const digest = row.digestId && (await deps.log.find(tenantId, webhook.webhookId, row.digestId));
    const line = await readWaitingLine(deps, cache, webhook, [row]);
    return context.json(toDeliveryDetail(row, request, line, digest), 200);
  });

  app.openapi(retryOneRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const { webhookId, deliveryId } = context.req.valid('param');
    const row = unwrap(await retryOne(deps, tenantId, webhookIdOf(webhookId), deliveryIdOf(deliveryId)));
    return context.json(toDeliveryResponse(row), 202);
  });

  app.openapi(statsRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const asked = context.req.valid('query');
    const webhook = await webhookOf(tenantId, context.req.valid('param').webhookId);
    const compute = () => readStats(deps, tenantId, webhook.webhookId, asked);
    const stats = await cache.stats(webhook, `${asked.hours} by ${asked.by}`, compute);
    return context.json({ by: COUNTED_BY[asked.by], ...stats, hours: [...stats.hours] }, 200);
  });
}
