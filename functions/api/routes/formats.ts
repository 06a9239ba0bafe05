/** The catalogue behind "Browse". */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { formatListSchema, toFormatAnswer } from '../../../shared/contract/api/format-answers.ts';
import { FORMAT_CONTRACTS } from '../../../shared/contract/formats/catalogue.ts';
import { type ApiEnv, needs, problemsOf } from '../http.ts';
import { jsonAnswer, SECURED } from './parameters.ts';

const formatsRoute = createRoute({
  tags: ['Formats'],
  ...SECURED,
  middleware: needs('webhooks-read'),
  method: 'get',
  path: '/v1/formats',
  summary: 'List the kinds of destination',
  responses: { 200: jsonAnswer(formatListSchema, 'All formats'), ...problemsOf() },
});

export function routeFormats(app: OpenAPIHono<ApiEnv>): void {
  app.openapi(formatsRoute, (context) => context.json({ formats: FORMAT_CONTRACTS.map(toFormatAnswer) }, 200));
}
