/** The route by which an open page learns whether anything has changed, and gets all that it shows in one response. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type Changes, changesRequestSchema, changesSchema } from '../../../shared/api/changes.schema.ts';
import { digestOf } from '../../../shared/api/digest.ts';
import { PROBLEMS, toProblemResponse } from '../../../shared/api/problems.schema.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import { createHealthReader } from '../deliveries/health.ts';
import { markOf } from '../deliveries/mark.ts';
import type { MinuteCache } from '../deliveries/minute-cache.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, unwrap, webhookIdOf } from '../http.ts';
import { NO_SUCH_WEBHOOK } from '../outcome.ts';
import { sideBySide } from '../side-by-side.ts';
import { allowedBy, jsonBody, jsonResponse } from './parameters.ts';
import { BODY_PROBLEMS, writeProblemsOf } from './problem-responses.ts';

/** The list among them does many queries, a few at once. */
const READS_SIDE_BY_SIDE = 4;

/**
 * As many as the first page of the log has. Those that were detected long before they arrived are not among the latest that
 * the health knows. If they cannot be read, nor can the health, which says so.
 */
const ARRIVALS = 20;

/** A tenant's budget counts the request once, and once more for each so many reads: a page is one request, a script is not. */
const READS_PER_REQUEST = 10;

/**
 * Lambda gives API Gateway 6 MB of a function, where a quote takes two bytes. Pages of this console are far below; sixty pages of
 * events are a hundred megabytes.
 */
const MOST_TOGETHER_BYTES = 2.5 * 1024 * 1024;

const LEFT_OUT: Changes['reads'][number] = {
  status: PROBLEMS['body-too-large'].status,
  body: toProblemResponse({
    name: 'body-too-large',
    detail: 'The responses are too large together: read this by itself.',
  }),
};

const changesRoute = createRoute({
  tags: ['Changes'],
  ...allowedBy('webhooks-read'),
  method: 'post',
  path: '/v1/changes',
  operationId: 'readChanges',
  summary: 'Ask for changes, and read what a page shows',
  description:
    'For pages that stay open. Send the mark of the response before: without a change the response is the mark alone; with one it holds the responses to `reads`, read after the mark. Of responses that are too large together, some are 413: read them by themselves. Nothing is changed.',
  request: { body: jsonBody(changesRequestSchema) },
  responses: {
    200: jsonResponse(changesSchema, 'Whether there is a change, and what was read then'),
    ...writeProblemsOf(...BODY_PROBLEMS, 'not-found'),
  },
});

export function routeChanges(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies, cache: MinuteCache): void {
  const healths = createHealthReader(deps, cache);

  async function readMark(tenantId: TenantId, webhookId: string | undefined): Promise<string> {
    if (webhookId === undefined) {
      return markOf(await healths.readAll(tenantId, await deps.webhooks.list(tenantId)));
    }
    const webhook = (await deps.webhooks.find(tenantId, webhookIdOf(webhookId))) ?? unwrap<never>(NO_SUCH_WEBHOOK);
    const arrived = deps.history.listByArrival(tenantId, webhook.webhookId, { limit: ARRIVALS });
    const [health, arrivals] = await Promise.all([healths.read(webhook), arrived.catch(() => undefined)]);
    return digestOf([
      markOf([health]),
      arrivals?.rows.map(({ deliveryId, status, attempts }) => [deliveryId, status, attempts.length]),
    ]);
  }

  app.openapi(changesRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const { webhookId, since, reads } = context.req.valid('json');
    const mark = await readMark(tenantId, webhookId);
    if (mark === since) {
      return context.json({ mark, hasChanged: false, reads: [] }, 200);
    }
    let bytes = 0;
    // As requests of the same caller: each is checked, bounded and logged as if it had come by itself.
    const results = await sideBySide(
      [...reads.entries()],
      READS_SIDE_BY_SIDE,
      async ([index, path]): Promise<Changes['reads'][number]> => {
        if (bytes > MOST_TOGETHER_BYTES) {
          return LEFT_OUT;
        }
        const isCounted = (index + 1) % READS_PER_REQUEST !== 0;
        const response = await app.request(path, {}, { ...context.env, ...(isCounted && { isCounted }) });
        const text = await response.text();
        bytes += Buffer.byteLength(text);
        return bytes > MOST_TOGETHER_BYTES ? LEFT_OUT : { status: response.status, body: JSON.parse(text) };
      },
    );
    return context.json({ mark, hasChanged: true, reads: [...results] }, 200);
  });
}
