/** Routes that end or interrupt what a webhook gets: pause, resume, delete. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { changedWebhookSchema, toWebhookResponse } from '../../../shared/api/webhook-responses.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, etagOf, expectedRevision, unwrap, webhookIdOf } from '../http.ts';
import { deleteWebhook, pause, resume } from '../webhooks/state.ts';
import { allowedBy, ifMatchHeader, taggedResponse, webhookParams } from './parameters.ts';
import { CHANGE_PROBLEMS, writeProblemsOf } from './problem-responses.ts';

const ONE = '/v1/webhooks/{webhookId}';
const WRITE = { tags: ['Webhooks'], ...allowedBy('webhooks-write') };

const deleteRoute = createRoute({
  ...WRITE,
  method: 'delete',
  path: ONE,
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook',
  description: 'With its secret. Deliveries of it that are still under way are cancelled; its log stays unreachable.',
  request: { params: webhookParams, headers: ifMatchHeader },
  responses: { 204: { description: 'Deleted' }, ...writeProblemsOf(...CHANGE_PROBLEMS) },
});

const pauseRoute = createRoute({
  ...WRITE,
  method: 'post',
  path: `${ONE}/pause`,
  operationId: 'pauseWebhook',
  summary: 'Pause a webhook',
  description: 'Findings that match meanwhile are not kept.',
  request: { params: webhookParams, headers: ifMatchHeader },
  responses: {
    200: taggedResponse(changedWebhookSchema, 'The webhook, paused'),
    ...writeProblemsOf(...CHANGE_PROBLEMS, 'webhook-not-enabled'),
  },
});

const resumeRoute = createRoute({
  ...WRITE,
  method: 'post',
  path: `${ONE}/resume`,
  operationId: 'resumeWebhook',
  summary: 'Resume a paused or disabled webhook',
  description: 'Held deliveries stay held until they are retried.',
  request: { params: webhookParams, headers: ifMatchHeader },
  responses: {
    200: taggedResponse(changedWebhookSchema, 'The webhook, enabled'),
    ...writeProblemsOf(...CHANGE_PROBLEMS),
  },
});

export function routeWebhookState(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(deleteRoute, async (context) => {
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const expected = expectedRevision(context.req.valid('header')['if-match']);
    unwrap(await deleteWebhook(deps, context.get('actor'), webhookId, expected));
    return context.body(null, 204);
  });

  for (const [route, act] of [
    [pauseRoute, pause],
    [resumeRoute, resume],
  ] as const) {
    app.openapi(route, async (context) => {
      const webhookId = webhookIdOf(context.req.valid('param').webhookId);
      const expected = expectedRevision(context.req.valid('header')['if-match']);
      const webhook = unwrap(await act(deps, context.get('actor'), webhookId, expected));
      context.header('etag', etagOf(webhook));
      return context.json(toWebhookResponse(webhook, deps.clock.now()), 200);
    });
  }
}
