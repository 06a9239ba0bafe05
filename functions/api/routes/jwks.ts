/** The public keys of a webhook, for the receiver that verifies by them: without a token, as they are public. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { webhookIdSchema } from '../../../shared/api/ids.schema.ts';
import { jwksPathOf, jwksSchema, toJwks } from '../../../shared/api/jwks.schema.ts';
import { parseTenantId, parseWebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, unwrap } from '../http.ts';
import { refuse } from '../outcome.ts';
import { jsonResponse } from './parameters.ts';
import { publicProblemsOf } from './problem-responses.ts';

/** As long as a receiver, or a cache on its way, may go by what it has read. A key in an overlap verifies meanwhile. */
export const JWKS_KEPT_SECONDS = 300;
const CACHE_CONTROL = `public, max-age=${JWKS_KEPT_SECONDS}`;

const jwksRoute = createRoute({
  method: 'get',
  path: jwksPathOf('{tenantId}', '{webhookId}'),
  operationId: 'readJwks',
  tags: ['Signing key'],
  security: [],
  summary: "Read a webhook's public keys",
  description:
    'A JSON Web Key Set (RFC 7517) of the Ed25519 keys that sign at this moment, the current one first. Without a token. May be kept for five minutes; a receiver that finds no key for a signature reads it again, at most once a minute.',
  request: {
    params: z.object({
      tenantId: z.string().meta({
        description: 'The tenant',
        pattern: '^[A-Za-z0-9_-]{1,64}$',
        examples: ['acme'],
      }),
      webhookId: webhookIdSchema,
    }),
  },
  responses: {
    200: jsonResponse(jwksSchema, 'The keys'),
    ...publicProblemsOf('not-found', 'unavailable'),
  },
});

/** The same for a tenant, a webhook or a key that is not there: a stranger learns nothing. */
const NO_KEYS = refuse('not-found', 'There is no signing key here.');

export function routeJwks(app: OpenAPIHono<ApiEnv>, { webhooks, clock }: ApiDependencies): void {
  app.openapi(jwksRoute, async (context) => {
    const params = context.req.valid('param');
    const [tenantId, webhookId] = [parseTenantId(params.tenantId), parseWebhookId(params.webhookId)];
    const webhook = tenantId && webhookId && (await webhooks.find(tenantId, webhookId));
    const jwks = webhook && toJwks(webhook, clock.now());
    context.header('cache-control', CACHE_CONTROL);
    return context.json(jwks ?? unwrap(NO_KEYS), 200);
  });
}
