/** Routes of the test send: send one, and see beforehand what it would send. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { testSendRequestSchema } from '../../../shared/api/test-send-request.schema.ts';
import { testPreviewSchema, testSendSchema } from '../../../shared/api/test-send-responses.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, unwrap, webhookIdOf } from '../http.ts';
import { emptyBodyIsNone } from '../request-body.ts';
import { previewTest, testSend } from '../test-send.ts';
import { toTestSendResponse } from '../test-send-response.ts';
import { allowedBy, jsonResponse, optionalJsonBody, webhookParams } from './parameters.ts';
import { BODY_PROBLEMS, writeProblemsOf } from './problem-responses.ts';

const PATH = '/v1/webhooks/{webhookId}/test';
const WRITE = allowedBy('webhooks-write');
const COMMON = {
  tags: ['Deliveries'],
  security: WRITE.security,
  middleware: [WRITE.middleware, emptyBodyIsNone],
  method: 'post' as const,
  request: { params: webhookParams, body: optionalJsonBody(testSendRequestSchema) },
};

const testRoute = createRoute({
  ...COMMON,
  path: PATH,
  operationId: 'sendTest',
  summary: 'Send a test',
  description:
    'Sends a finding now, by the code that deliveries are sent by, whatever the alert rule and the state are. It is not logged, takes no turn, and is not retried. Without a body a sample of severity info is sent; a body asks for another severity, or for a finding of the delivery log. A receiver tells a test by its `webhook-id`, which begins with `dlv_test_`, by the id of the finding, which begins with `fnd_test`, and by its title.',
  responses: {
    200: jsonResponse(testSendSchema, 'What came of it'),
    ...writeProblemsOf(...BODY_PROBLEMS, 'not-found', 'too-many-test-sends'),
  },
});

const previewRoute = createRoute({
  ...COMMON,
  path: `${PATH}/preview`,
  operationId: 'previewTest',
  summary: 'See what a test would send',
  description: 'The request that the same body would send, every secret masked. Nothing is sent.',
  responses: {
    200: jsonResponse(testPreviewSchema, 'What would be sent'),
    ...writeProblemsOf(...BODY_PROBLEMS, 'not-found'),
  },
});

export function routeTestSends(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(testRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const sent = unwrap(await testSend(deps, tenantId, webhookId, context.req.valid('json')));
    return context.json(toTestSendResponse(sent), 200);
  });

  app.openapi(previewRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const request = unwrap(await previewTest(deps, tenantId, webhookId, context.req.valid('json')));
    return context.json({ ...(request && { request }) }, 200);
  });
}
