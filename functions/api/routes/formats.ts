/** The catalogue behind "Browse". */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { formatListSchema, toFormatResponse } from '../../../shared/api/format-responses.schema.ts';
import { FORMS } from '../../../shared/destinations/forms.form.ts';
import type { ApiEnv } from '../http.ts';
import { allowedBy, jsonResponse } from './parameters.ts';
import { problemsOf } from './problem-responses.ts';

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

export function routeFormats(app: OpenAPIHono<ApiEnv>): void {
  app.openapi(formatsRoute, (context) => context.json({ formats: FORMS.map(toFormatResponse) }, 200));
}
