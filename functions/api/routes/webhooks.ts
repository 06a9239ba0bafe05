/** Routes of the webhooks themselves: connect, list, read, change. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { toInstant } from '../../../shared/api/instant.schema.ts';
import type { Health } from '../../../shared/api/webhook-health.schema.ts';
import { changeRequestSchema, connectRequestSchema } from '../../../shared/api/webhook-requests.schema.ts';
import {
  type ChangedWebhookResponse,
  changedWebhookSchema,
  toWebhookResponse,
  type WebhookList,
  type WebhookResponse,
  webhookListSchema,
  webhookSchema,
} from '../../../shared/api/webhook-responses.schema.ts';
import { parseWebhookId, type TenantId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { createHealthReader } from '../deliveries/health.ts';
import type { MinuteCache } from '../deliveries/minute-cache.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, etagOf, expectedRevision, unwrap, webhookIdOf } from '../http.ts';
import { idempotent } from '../idempotency.ts';
import { NO_SUCH_WEBHOOK } from '../outcome.ts';
import { changeWebhook } from '../webhooks/change.ts';
import { connect } from '../webhooks/connect.ts';
import type { Changed } from '../webhooks/store-change.ts';
import {
  allowedBy,
  createdResponse,
  idempotencyHeader,
  ifMatchHeader,
  jsonBody,
  jsonResponse,
  taggedResponse,
  webhookParams,
} from './parameters.ts';
import { BODY_PROBLEMS, CHANGE_PROBLEMS, problemsOf, writeProblemsOf } from './problem-responses.ts';

const TAG = { tags: ['Webhooks'] };
const ONE = '/v1/webhooks/{webhookId}';
const READ = { ...TAG, ...allowedBy('webhooks-read') };
const WRITE = { ...TAG, ...allowedBy('webhooks-write') };

const connectRoute = createRoute({
  ...WRITE,
  method: 'post',
  path: '/v1/webhooks',
  operationId: 'connectWebhook',
  summary: 'Connect a webhook',
  description: 'Give an Idempotency-Key, and repeating the request after a lost response connects no second one.',
  request: { headers: idempotencyHeader, body: jsonBody(connectRequestSchema) },
  responses: {
    201: createdResponse(changedWebhookSchema, 'Connected; alerts are off. A generated secret is shown this once.'),
    ...writeProblemsOf(
      ...BODY_PROBLEMS,
      'invalid-parameter',
      'not-found',
      'webhook-limit-reached',
      'request-in-progress',
      'idempotency-key-reused',
    ),
  },
});

const listRoute = createRoute({
  ...READ,
  method: 'get',
  path: '/v1/webhooks',
  operationId: 'listWebhooks',
  summary: "List the tenant's webhooks",
  description:
    'All of them, without pages: there is a limit to their number. Large counts may be a minute old. A webhook whose log cannot be read is listed all the same, and its health says that it is incomplete.',
  responses: { 200: jsonResponse(webhookListSchema, 'All of them, with their health'), ...problemsOf() },
});

const readRoute = createRoute({
  ...READ,
  method: 'get',
  path: ONE,
  operationId: 'readWebhook',
  summary: 'Read a webhook',
  description:
    'Large counts of its health may be a minute old. If its log cannot be read, its health says that it is incomplete.',
  request: { params: webhookParams },
  responses: { 200: taggedResponse(webhookSchema, 'The webhook, with its health'), ...problemsOf('not-found') },
});

const changeRoute = createRoute({
  ...WRITE,
  method: 'patch',
  path: ONE,
  operationId: 'changeWebhook',
  summary: 'Change name, URL, options, headers, credentials or pace',
  description: 'What is left out stays. Acts at once, on deliveries already queued too.',
  request: { params: webhookParams, headers: ifMatchHeader, body: jsonBody(changeRequestSchema) },
  responses: {
    200: taggedResponse(changedWebhookSchema, 'The webhook after the change'),
    ...writeProblemsOf(...BODY_PROBLEMS, ...CHANGE_PROBLEMS, 'credentials-required'),
  },
});

export function routeWebhooks(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies, cache: MinuteCache): void {
  const healths = createHealthReader(deps, cache);
  const withHealth = (webhook: Webhook, health: Health): WebhookResponse => ({
    ...toWebhookResponse(webhook, deps.clock.now()),
    health,
  });
  const responseOf = ({ webhook, signingSecret }: Changed): ChangedWebhookResponse => ({
    ...toWebhookResponse(webhook, deps.clock.now()),
    ...(signingSecret !== undefined && { signingSecret }),
  });
  const actor = (context: Context<ApiEnv>) => context.get('actor');

  app.openapi(connectRoute, async (context) => {
    const { tenantId } = actor(context);
    const { 'idempotency-key': key } = context.req.valid('header');
    const request = context.req.valid('json');
    const name = key === undefined ? undefined : { route: 'POST /v1/webhooks', key };
    const { value, isReplayed } = unwrap(
      await idempotent<Changed>(deps, tenantId, name, request, {
        newOutcomeId: () => newWebhookId(deps.randomBytes),
        discard: (id) => deps.secrets.remove(tenantId, webhookIdOf(id)),
        async find(id) {
          const webhook = await deps.webhooks.find(tenantId, webhookIdOf(id));
          return webhook && { webhook };
        },
        make: (id) => connect(deps, actor(context), webhookIdOf(id), request),
      }),
    );
    const { webhook } = value;
    context.header('etag', etagOf(webhook));
    context.header('location', `/v1/webhooks/${webhook.webhookId}`);
    if (isReplayed) {
      context.header('idempotency-replayed', 'true');
    }
    return context.json(responseOf(value), 201);
  });

  app.openapi(listRoute, async (context) => {
    const { tenantId } = actor(context);
    const webhooks = (await deps.webhooks.list(tenantId)).toSorted(byCreation);
    const read = await healths.readAll(tenantId, webhooks);
    const responses = read.map(([webhook, health]) => withHealth(webhook, health));
    const unreadFindings = responses.length === 0 ? undefined : await readUnread(deps, tenantId);
    const limit = deps.limits.webhooksPerTenant;
    return context.json({ webhooks: responses, limit, ...(unreadFindings && { unreadFindings }) }, 200);
  });

  app.openapi(readRoute, async (context) => {
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const webhook = await deps.webhooks.find(actor(context).tenantId, webhookId);
    if (webhook === undefined) {
      return unwrap(NO_SUCH_WEBHOOK);
    }
    context.header('etag', etagOf(webhook));
    const [, health] = await healths.read(webhook);
    return context.json(withHealth(webhook, health), 200);
  });

  app.openapi(changeRoute, async (context) => {
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const expected = expectedRevision(context.req.valid('header')['if-match']);
    const request = context.req.valid('json');
    const changed = unwrap(await changeWebhook(deps, actor(context), webhookId, expected, request));
    context.header('etag', etagOf(changed.webhook));
    return context.json(responseOf(changed), 200);
  });
}

/** 80 random bits. */
function newWebhookId(randomBytes: (count: number) => Uint8Array): string {
  const id = `wh_${Buffer.from(randomBytes(10)).toString('hex')}`;
  return parseWebhookId(id) ?? id;
}

function byCreation(a: Webhook, b: Webhook): number {
  return a.createdAt - b.createdAt || (a.webhookId < b.webhookId ? -1 : 1);
}

/** A notice beside the list: the list is shown whatever becomes of it. */
async function readUnread(
  { unread, clock, telemetry }: ApiDependencies,
  tenantId: TenantId,
): Promise<WebhookList['unreadFindings']> {
  try {
    const found = await unread.read(tenantId, clock.now());
    return found && { count: found.count, latestAt: toInstant(found.latestAt) };
  } catch (error) {
    telemetry.fail('notice.unread', { tenantId }, error);
    return undefined;
  }
}
