/** The API's own description, and of what it sends to receivers. */
import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import {
  findingPayloadSchema,
  manifestHeadersSchema,
  manifestPayloadSchema,
  outgoingHeadersSchema,
} from '../../../shared/api/outgoing-webhook.schema.ts';
import { SERVICE_VERSION } from '../../../shared/attempt/outgoing-request.schema.ts';
import { MANIFEST_EVENT } from '../../../shared/finding/manifest-content.ts';
import type { ApiEnv } from '../http.ts';
import { jsonResponse } from './parameters.ts';
import { describeProblems, publicProblemsOf } from './problem-responses.ts';

export const OPENAPI_PATH = '/v1/openapi.json';

const openApiRoute: RouteConfig = {
  method: 'get',
  path: OPENAPI_PATH,
  operationId: 'readOpenApi',
  tags: ['Description'],
  security: [],
  summary: 'Read this document',
  description: 'For everyone, without a token.',
  responses: {
    200: jsonResponse(
      z
        .looseObject({ openapi: z.string().meta({ description: 'Version of OpenAPI', examples: ['3.1.0'] }) })
        .meta({ id: 'OpenApi', description: 'An OpenAPI document' }),
      'The document',
    ),
    ...publicProblemsOf(),
  },
};

const RESPONSES_OF_RECEIVERS: RouteConfig['responses'] = {
  200: {
    description: 'Accepted; every 2xx is',
    headers: z.object({
      'webhook-delivery': z
        .literal('disable')
        .optional()
        .meta({ description: 'On a response of any status: disable the webhook', examples: ['disable'] }),
    }),
  },
  410: { description: 'Gone for good: the webhook is disabled' },
  429: {
    description: 'Not now',
    headers: z.object({
      'retry-after': z
        .string()
        .optional()
        .meta({ description: 'Seconds, or an HTTP date; respected up to six hours', examples: ['120'] }),
    }),
  },
};

const DESCRIPTION = `Connects the systems that a tenant's findings are sent to, and shows what became of them.

The tenant is the one that your token names. Errors are problem details (RFC 9457). A method that a path does not have is
answered with 405 and \`allow\`. API Gateway itself answers 401 for a missing or invalid token and 429 for too many requests,
with a body of its own. Lists are bounded; a page names the next one by an opaque cursor. A webhook's responses carry its
revision as ETag: send it as If-Match, and a change that was decided on old knowledge is refused.`;

export function routeOpenApi(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An ID token of the issuer of your Thalian. It names the tenant, and the permissions that the operations ask for as roles: webhooks-read, or webhooks-write, which includes the other.',
  });
  describeProblems(app);
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'finding.detected',
    operationId: 'findingDetected',
    tags: ['Receiving'],
    // Nothing of ours: a receiver checks the signatures.
    security: [],
    summary: 'What a receiver of the format json gets',
    description:
      'One request per finding and webhook. Any 2xx accepts it; everything else is retried up to three times.',
    request: {
      headers: outgoingHeadersSchema,
      body: { required: true, content: { 'application/json': { schema: findingPayloadSchema } } },
    },
    responses: RESPONSES_OF_RECEIVERS,
  });
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: MANIFEST_EVENT,
    operationId: 'webhookManifest',
    tags: ['Receiving'],
    security: [],
    summary: 'What a receiver of the format json gets each hour, if its webhook chose manifests',
    description:
      'One request per hour and webhook, also of an hour in which nothing was listed. It is signed, accepted and retried as a finding is.',
    request: {
      headers: manifestHeadersSchema,
      body: { required: true, content: { 'application/json': { schema: manifestPayloadSchema } } },
    },
    responses: RESPONSES_OF_RECEIVERS,
  });
  app.openAPIRegistry.registerPath(openApiRoute);
  // Some 20 ms of CPU, and everyone may ask for it: once per instance.
  let described: ReturnType<typeof describeApi> | undefined;
  app.get(OPENAPI_PATH, (context) => {
    described ??= describeApi(app);
    return context.json(described);
  });
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
      { name: 'Signing key', description: 'What receivers verify requests with that hold no secret' },
      { name: 'Deliveries', description: 'What became of the findings' },
      { name: 'Events', description: 'What was due to a receiver that reads it' },
      { name: 'Notices by e-mail', description: 'Who hears of webhooks in trouble' },
      { name: 'Changes', description: 'For pages that stay open' },
      { name: 'Receiving', description: 'What receivers get' },
      { name: 'Description', description: 'This document' },
    ],
  });
}
