/** Routes of the signing secret: rotate and remove. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { rotateRequestSchema } from '../../../shared/api/signing-requests.schema.ts';
import { changedWebhookSchema, toWebhookResponse } from '../../../shared/api/webhook-responses.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, etagOf, expectedRevision, unwrap, webhookIdOf } from '../http.ts';
import { removeSigning, rotate } from '../webhooks/signing-secret.ts';
import type { Changed } from '../webhooks/store-change.ts';
import { storeVersionOnce } from './new-secret-version.ts';
import {
  allowedBy,
  idempotencyHeader,
  ifMatchHeader,
  jsonBody,
  repeatableResponse,
  taggedResponse,
  webhookParams,
} from './parameters.ts';
import { writeProblemsOf } from './problem-responses.ts';

const PATH = '/v1/webhooks/{webhookId}/secret';
const WRITE = { tags: ['Signing secret'], ...allowedBy('webhooks-write') };

const rotateRoute = createRoute({
  ...WRITE,
  method: 'post',
  path: PATH,
  operationId: 'rotateSigningSecret',
  summary: 'Set or rotate the signing secret',
  description:
    'The new secret signs from now on. The one before it signs beside it until the overlap ends, in the same headers. At most three secrets sign at once: one more is refused until the overlap of one ends. The current secret given again changes nothing.',
  request: {
    params: webhookParams,
    headers: ifMatchHeader.extend(idempotencyHeader.shape),
    body: jsonBody(rotateRequestSchema),
  },
  responses: {
    200: repeatableResponse(
      changedWebhookSchema,
      'The webhook after the change. A generated secret is shown this once.',
    ),
    ...writeProblemsOf(
      'invalid-json',
      'invalid-parameter',
      'not-found',
      'changed-meanwhile',
      'too-many-secrets',
      'request-in-progress',
      'revision-outdated',
      'invalid-request',
      'idempotency-key-reused',
    ),
  },
});

const removeRoute = createRoute({
  ...WRITE,
  method: 'delete',
  path: PATH,
  operationId: 'removeSigningSecret',
  summary: 'Remove the signing secret',
  description: 'Requests are no longer signed, at once and without an overlap.',
  request: { params: webhookParams, headers: ifMatchHeader },
  responses: {
    200: taggedResponse(changedWebhookSchema, 'The webhook after the change'),
    ...writeProblemsOf('invalid-parameter', 'not-found', 'changed-meanwhile', 'revision-outdated'),
  },
});

export function routeSigningSecret(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  const responseOf = ({ webhook, signingSecret }: Changed) => ({
    ...toWebhookResponse(webhook, deps.clock.now()),
    ...(signingSecret !== undefined && { signingSecret }),
  });

  app.openapi(rotateRoute, async (context) => {
    const actor = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const { 'if-match': ifMatch, 'idempotency-key': key } = context.req.valid('header');
    const expected = expectedRevision(ifMatch);
    const request = context.req.valid('json');
    const asked = { path: PATH, webhookId, key, body: request };
    const { value, isReplayed } = await storeVersionOnce(deps, actor, asked, (versionId) =>
      rotate(deps, actor, webhookId, expected, versionId, request),
    );
    context.header('etag', etagOf(value.webhook));
    if (isReplayed) {
      context.header('idempotency-replayed', 'true');
    }
    return context.json(responseOf(value), 200);
  });

  app.openapi(removeRoute, async (context) => {
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const expected = expectedRevision(context.req.valid('header')['if-match']);
    const webhook = unwrap(await removeSigning(deps, context.get('actor'), webhookId, expected));
    context.header('etag', etagOf(webhook));
    return context.json(responseOf({ webhook }), 200);
  });
}
