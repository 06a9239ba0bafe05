/** The catalogue behind "Browse", and what a format makes of a finding before a webhook uses it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { formatPreviewRequestSchema, formatPreviewSchema } from '../../../shared/api/format-preview.schema.ts';
import { formatListSchema, toFormatResponse } from '../../../shared/api/format-responses.schema.ts';
import { FORMS } from '../../../shared/destinations/forms.form.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, unwrap } from '../http.ts';
import { previewFormat } from '../webhooks/preview-format.ts';
import { allowedBy, jsonBody, jsonResponse } from './parameters.ts';
import { BODY_PROBLEMS, problemsOf, writeProblemsOf } from './problem-responses.ts';

const formatsRoute = createRoute({
  tags: ['Formats'],
  ...allowedBy('webhooks-read'),
  method: 'get',
  path: '/v1/formats',
  operationId: 'listFormats',
  summary: 'List the kinds of destination',
  description: 'All that a form needs to be drawn. The same for every tenant.',
  responses: { 200: jsonResponse(formatListSchema, 'All formats'), ...problemsOf() },
});

const previewRoute = createRoute({
  tags: ['Formats'],
  ...allowedBy('webhooks-read'),
  method: 'post',
  path: '/v1/formats/{formatId}/preview',
  operationId: 'previewFormat',
  summary: 'See what a format makes of a finding',
  description:
    'With options that no webhook has yet, such as the template of a body, on the sample or on the finding of a delivery. Nothing is sent or changed.',
  request: {
    params: z.object({
      formatId: z
        .string()
        .meta({ description: 'Id of a format', pattern: '^[a-z0-9-]{1,64}$', examples: ['template'] }),
    }),
    body: jsonBody(formatPreviewRequestSchema),
  },
  responses: {
    200: jsonResponse(formatPreviewSchema, 'The body that would be sent'),
    ...writeProblemsOf(...BODY_PROBLEMS, 'not-found'),
  },
});

export function routeFormats(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(formatsRoute, (context) => context.json({ formats: FORMS.map(toFormatResponse) }, 200));

  app.openapi(previewRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const { formatId } = context.req.valid('param');
    return context.json(unwrap(await previewFormat(deps, tenantId, formatId, context.req.valid('json'))), 200);
  });
}
