/** The addresses that requests come from, for firewalls: without a token, as those who run them have none. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { ADDRESSES_PATH, addressesSchema, toAddresses } from '../../../shared/api/addresses.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiEnv } from '../http.ts';
import { jsonResponse } from './parameters.ts';
import { publicProblemsOf } from './problem-responses.ts';

/** A change is announced days before it takes place. */
export const ADDRESSES_KEPT_SECONDS = 3_600;

const addressesRoute = createRoute({
  method: 'get',
  path: ADDRESSES_PATH,
  operationId: 'readAddresses',
  tags: ['Description'],
  security: [],
  summary: 'Read the addresses that requests come from',
  description:
    'For firewalls, without a token. May be kept for an hour. A change is announced in `change` before it takes place, with another `syncToken`.',
  responses: { 200: jsonResponse(addressesSchema, 'The addresses'), ...publicProblemsOf() },
});

export function routeAddresses(app: OpenAPIHono<ApiEnv>, { egress }: ApiDependencies): void {
  app.openapi(addressesRoute, (context) => {
    context.header('cache-control', `public, max-age=${ADDRESSES_KEPT_SECONDS}`);
    return context.json(toAddresses(egress), 200);
  });
}
