/** The route that shows what another payload version changes. Choosing it is a change of the settings. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { deliveryIdSchema } from '../../../shared/api/ids.schema.ts';
import { payloadPreviewSchema } from '../../../shared/api/payload-preview.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, deliveryIdOf, unwrap, webhookIdOf } from '../http.ts';
import { previewPayload } from '../webhooks/preview-payload.ts';
import { allowedBy, jsonResponse, webhookParams } from './parameters.ts';
import { problemsOf } from './problem-responses.ts';

const previewRoute = createRoute({
  tags: ['Webhooks'],
  ...allowedBy('webhooks-read'),
  method: 'get',
  path: '/v1/webhooks/{webhookId}/payload-preview',
  operationId: 'previewPayload',
  summary: 'See what another payload version changes',
  description:
    'One finding as the webhook gets it now, and as it would get it in the newest payload version. Nothing is sent or changed.',
  request: {
    params: webhookParams,
    query: z.object({
      deliveryId: deliveryIdSchema
        .optional()
        .describe('The delivery whose finding is shown; absent: the latest, or a sample'),
    }),
  },
  responses: {
    200: jsonResponse(payloadPreviewSchema, 'The finding in both versions'),
    ...problemsOf('not-found'),
  },
});

export function routePayloadPreview(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(previewRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const { deliveryId } = context.req.valid('query');
    const of = deliveryId === undefined ? undefined : deliveryIdOf(deliveryId);
    return context.json(unwrap(await previewPayload(deps, tenantId, webhookId, of)), 200);
  });
}
