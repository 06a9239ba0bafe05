/** Routes of the Ed25519 signing key: make or rotate, and remove. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { keyRequestSchema } from '../../../shared/api/signing-requests.schema.ts';
import { changedWebhookSchema, toWebhookResponse } from '../../../shared/api/webhook-responses.schema.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, etagOf, expectedRevision, unwrap, webhookIdOf } from '../http.ts';
import { emptyBodyIsNone } from '../request-body.ts';
import { removeKeys, rotateKey } from '../webhooks/signing-keys.ts';
import { storeVersionOnce } from './new-secret-version.ts';
import {
  allowedBy,
  idempotencyHeader,
  ifMatchHeader,
  optionalJsonBody,
  repeatableResponse,
  taggedResponse,
  webhookParams,
} from './parameters.ts';
import { BODY_PROBLEMS, CHANGE_PROBLEMS, writeProblemsOf } from './problem-responses.ts';

const PATH = '/v1/webhooks/{webhookId}/signing-key';
const WRITE = { tags: ['Signing key'], ...allowedBy('webhooks-write') };

const rotateRoute = createRoute({
  ...WRITE,
  middleware: [WRITE.middleware, emptyBodyIsNone],
  method: 'post',
  path: PATH,
  operationId: 'rotateSigningKey',
  summary: 'Make or rotate the signing key',
  description:
    'A new Ed25519 key signs from now on, as v1a of Standard Webhooks, beside the signing secret if there is one. Its public half is at `jwksPath`; the private half is never shown. The key before it signs beside it until the overlap ends. At most three keys sign at once.',
  request: {
    params: webhookParams,
    headers: ifMatchHeader.extend(idempotencyHeader.shape),
    body: optionalJsonBody(keyRequestSchema),
  },
  responses: {
    200: repeatableResponse(changedWebhookSchema, 'The webhook after the change'),
    ...writeProblemsOf(
      ...BODY_PROBLEMS,
      ...CHANGE_PROBLEMS,
      'too-many-secrets',
      'request-in-progress',
      'idempotency-key-reused',
    ),
  },
});

const removeRoute = createRoute({
  ...WRITE,
  method: 'delete',
  path: PATH,
  operationId: 'removeSigningKey',
  summary: 'Remove the signing key',
  description: 'Requests carry no v1a signature any more, at once, and `jwksPath` has no key.',
  request: { params: webhookParams, headers: ifMatchHeader },
  responses: {
    200: taggedResponse(changedWebhookSchema, 'The webhook after the change'),
    ...writeProblemsOf(...CHANGE_PROBLEMS),
  },
});

export function routeSigningKey(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  const responseOf = (webhook: Webhook) => toWebhookResponse(webhook, deps.clock.now());

  app.openapi(rotateRoute, async (context) => {
    const actor = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const { 'if-match': ifMatch, 'idempotency-key': key } = context.req.valid('header');
    const expected = expectedRevision(ifMatch);
    // Without a body it is {}, which no schema has seen: the defaults are not in it.
    const request = keyRequestSchema.parse(context.req.valid('json'));
    const asked = { path: PATH, webhookId, key, body: request };
    const { value, isReplayed } = await storeVersionOnce(deps, actor, asked, (versionId) =>
      rotateKey(deps, actor, webhookId, expected, versionId, request),
    );
    context.header('etag', etagOf(value.webhook));
    if (isReplayed) {
      context.header('idempotency-replayed', 'true');
    }
    return context.json(responseOf(value.webhook), 200);
  });

  app.openapi(removeRoute, async (context) => {
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const expected = expectedRevision(context.req.valid('header')['if-match']);
    const webhook = unwrap(await removeKeys(deps, context.get('actor'), webhookId, expected));
    context.header('etag', etagOf(webhook));
    return context.json(responseOf(webhook), 200);
  });
}
