/** The route that challenges a webhook's address. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type ChallengeResult, challengeResultSchema } from '../../../shared/api/challenge.schema.ts';
import { toWebhookResponse } from '../../../shared/api/webhook-responses.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, etagOf, expectedRevision, unwrap, webhookIdOf } from '../http.ts';
import { type Challenged, challengeAddress } from '../webhooks/challenge.ts';
import { allowedBy, ifMatchHeader, taggedResponse, webhookParams } from './parameters.ts';
import { CHANGE_PROBLEMS, writeProblemsOf } from './problem-responses.ts';

const challengeRoute = createRoute({
  tags: ['Webhooks'],
  ...allowedBy('webhooks-write'),
  method: 'post',
  path: '/v1/webhooks/{webhookId}/challenge',
  operationId: 'challengeAddress',
  summary: "Verify a webhook's address",
  description:
    'Sends one challenge now. A receiver of CloudEvents gets their validation request (OPTIONS with WebHook-Request-Origin) and must answer with WebHook-Allowed-Origin. Any other gets a signed POST of type webhook.challenge, and must answer 2xx with its `data.challenge`, as text or as `{"challenge": …}`, within ten seconds. Counts as a test send. The URL is then verified until it is changed.',
  request: { params: webhookParams, headers: ifMatchHeader },
  responses: {
    200: taggedResponse(challengeResultSchema, 'What came of it'),
    ...writeProblemsOf(...CHANGE_PROBLEMS, 'invalid-request', 'too-many-test-sends'),
  },
});

export function routeChallenge(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(challengeRoute, async (context) => {
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const expected = expectedRevision(context.req.valid('header')['if-match']);
    const challenged = unwrap(await challengeAddress(deps, context.get('actor'), webhookId, expected));
    context.header('etag', etagOf(challenged.webhook));
    return context.json(toResult(challenged, deps.clock.now()), 200);
  });
}

function toResult({ made, webhook }: Challenged, nowMillis: number): ChallengeResult {
  const { isVerified, advice } = made;
  const outcome = made.showOutcome();
  const response = outcome.kind === 'answered' ? outcome.response : outcome.issuerResponse;
  return {
    isVerified,
    ...(outcome.kind === 'answered'
      ? { statusCode: outcome.response.statusCode }
      : {
          error: outcome.error,
          ...(outcome.cause !== undefined && { cause: outcome.cause }),
          ...(outcome.code !== undefined && { code: outcome.code }),
        }),
    ...(advice !== undefined && { advice }),
    ...(response && { answer: { headers: { ...response.headers }, body: response.body } }),
    webhook: toWebhookResponse(webhook, nowMillis),
  };
}
