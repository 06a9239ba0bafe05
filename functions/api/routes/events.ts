/** Routes of what was due to a webhook: its events in order, and the manifest of a span. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { cursorSchema } from '../../../shared/api/cursor.schema.ts';
import { eventListSchema, manifestSchema } from '../../../shared/api/event-responses.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { listEvents, MOST_EVENTS, MOST_KEYS } from '../events/list.ts';
import { readEventManifest } from '../events/manifest.ts';
import { type ApiEnv, unwrap, webhookIdOf } from '../http.ts';
import { allowedBy, jsonResponse, webhookParams } from './parameters.ts';
import { problemsOf } from './problem-responses.ts';

const EVENTS = '/v1/webhooks/{webhookId}/events';
const READ = { tags: ['Events'], ...allowedBy('webhooks-read') };

const instant = z.iso.datetime({ offset: true });
const SINCE = 'What was listed at this instant or later; ISO 8601 with a zone';
const UNTIL = 'What was listed before this instant; ISO 8601 with a zone';

const eventsQuery = z.object({
  after: cursorSchema.optional().describe('`nextCursor` of the page before; absent: from the oldest that is kept'),
  since: instant.optional().describe(`${SINCE}; beside \`after\` it says nothing`),
  until: instant.optional().describe(UNTIL),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_KEYS)
    .optional()
    .meta({ description: `Most events of a page: ${MOST_EVENTS} with bodies, ${MOST_KEYS} without`, examples: [50] }),
  bodies: z.enum(['true', 'false']).default('true').describe('Whether each comes with its headers and body'),
});

const listRoute = createRoute({
  ...READ,
  method: 'get',
  path: EVENTS,
  operationId: 'listEvents',
  summary: 'Read what was due to a webhook',
  description:
    'For its receiver, in the order of listing, for 30 days, if `pull` of the webhook is set. Read until `hasMore` is false, keep `nextCursor`, and ask again with it: the list has no gap. The latest seconds are not given yet. Due is what passed the alert rule while the webhook was enabled or disabled, and notices to it; nothing while it was paused, and no test.',
  request: { params: webhookParams, query: eventsQuery },
  responses: {
    200: jsonResponse(eventListSchema, 'A page of the list'),
    ...problemsOf('invalid-parameter', 'invalid-cursor', 'not-found', 'events-not-listed', 'events-expired'),
  },
});

const manifestRoute = createRoute({
  ...READ,
  method: 'get',
  path: `${EVENTS}/manifest`,
  operationId: 'readManifest',
  summary: 'Read the manifest of a span',
  description:
    'How many deliveries were listed in it, and a digest of their ids. The span must have ended some seconds ago.',
  request: {
    params: webhookParams,
    query: z.object({
      since: instant.meta({ description: SINCE, examples: ['2026-11-23T10:00:00Z'] }),
      until: instant.meta({ description: UNTIL, examples: ['2026-11-23T11:00:00Z'] }),
    }),
  },
  responses: {
    200: jsonResponse(manifestSchema, 'The manifest'),
    ...problemsOf('invalid-parameter', 'not-found', 'events-not-listed', 'events-not-settled', 'events-expired'),
  },
});

export function routeEvents(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(listRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const { bodies, ...request } = context.req.valid('query');
    const page = await listEvents(deps, tenantId, webhookId, { ...request, bodies: bodies === 'true' });
    return context.json(unwrap(page), 200);
  });

  app.openapi(manifestRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    return context.json(unwrap(await readEventManifest(deps, tenantId, webhookId, context.req.valid('query'))), 200);
  });
}
