/** The API's own description, and of what it sends to receivers. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { findingPayloadSchema, outgoingHeadersSchema } from '../../../shared/contract/api/outgoing-webhook.ts';
import { SERVICE_VERSION } from '../../../shared/contract/outgoing-request.ts';
import type { ApiEnv } from '../http.ts';

export const OPENAPI_PATH = '/v1/openapi.json';

const DESCRIPTION = `Connects the systems that a tenant's findings are sent to, and shows what became of them.

The tenant is the one that your token names. Errors are problem details (RFC 9457); API Gateway itself answers 401 for a
missing or invalid token and 429 for too many requests, with a body of its own. Lists are bounded, pages are told by an
opaque cursor. A webhook's answers carry its revision as ETag: send it as If-Match and a change that was decided on old
knowledge is refused.`;

export function routeOpenApi(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An ID token of the stage’s issuer, with the tenant and the permission webhooks-read or webhooks-write',
  });
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'finding.detected',
    summary: 'What a receiver of the format json gets',
    description:
      'One request per finding and webhook. Any 2xx accepts it; everything else is retried up to three times.',
    request: {
      headers: outgoingHeadersSchema,
      body: { required: true, content: { 'application/json': { schema: findingPayloadSchema } } },
    },
    responses: {
      200: { description: 'Accepted; every 2xx is' },
      410: { description: 'Gone for good: the webhook is disabled' },
      429: { description: 'Not now; Retry-After is respected up to six hours' },
    },
  });
  app.get(OPENAPI_PATH, (context) => context.json(describeApi(app)));
}

export function describeApi(app: OpenAPIHono<ApiEnv>) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Thalian Outbound Webhooks', version: SERVICE_VERSION, description: DESCRIPTION },
    // Relative: the host is the one that serves this document.
    servers: [{ url: '/' }],
    tags: [
      { name: 'Formats', description: 'Kinds of destination' },
      { name: 'Webhooks', description: 'Connected destinations' },
      { name: 'Signing secret', description: 'What receivers verify requests with' },
      { name: 'Deliveries', description: 'What became of the findings' },
    ],
  });
}
