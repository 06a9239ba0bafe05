/** Routes of the alert rule: set it, and see beforehand what it would have sent. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { alertPreviewSchema, PREVIEW_DAYS } from '../../../shared/api/alert-preview.schema.ts';
import { alertRuleSchema } from '../../../shared/api/alert-rule.schema.ts';
import { changedWebhookSchema, toWebhookResponse } from '../../../shared/api/webhook-responses.schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, etagOf, expectedRevision, unwrap, webhookIdOf } from '../http.ts';
import { previewAlerts } from '../webhooks/preview-alerts.ts';
import { setAlerts } from '../webhooks/state.ts';
import { allowedBy, ifMatchHeader, jsonBody, jsonResponse, taggedResponse, webhookParams } from './parameters.ts';
import { BODY_PROBLEMS, CHANGE_PROBLEMS, writeProblemsOf } from './problem-responses.ts';

const PATH = '/v1/webhooks/{webhookId}/alerts';
const TAG = { tags: ['Webhooks'] };

const alertsRoute = createRoute({
  ...TAG,
  ...allowedBy('webhooks-write'),
  method: 'put',
  path: PATH,
  operationId: 'setAlertRule',
  summary: 'Set the alert rule',
  description:
    'Acts at once, on deliveries already queued too. The rule is replaced: a list that is left out lets every finding pass.',
  request: { params: webhookParams, headers: ifMatchHeader, body: jsonBody(alertRuleSchema) },
  responses: {
    200: taggedResponse(changedWebhookSchema, 'The webhook after the change'),
    ...writeProblemsOf(...BODY_PROBLEMS, ...CHANGE_PROBLEMS, 'address-unverified'),
  },
});

const previewRoute = createRoute({
  ...TAG,
  ...allowedBy('webhooks-write'),
  method: 'post',
  path: `${PATH}/preview`,
  operationId: 'previewAlertRule',
  summary: 'See what an alert rule would have sent',
  description: `Of the findings in the delivery log of the last ${PREVIEW_DAYS} days. Nothing is changed.`,
  request: { params: webhookParams, body: jsonBody(alertRuleSchema) },
  responses: {
    200: jsonResponse(alertPreviewSchema, 'What the rule would have sent'),
    ...writeProblemsOf(...BODY_PROBLEMS, 'not-found'),
  },
});

export function routeAlertRule(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(alertsRoute, async (context) => {
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    const expected = expectedRevision(context.req.valid('header')['if-match']);
    const alerts = context.req.valid('json');
    const webhook = unwrap(await setAlerts(deps, context.get('actor'), webhookId, expected, alerts));
    context.header('etag', etagOf(webhook));
    return context.json(toWebhookResponse(webhook, deps.clock.now()), 200);
  });

  app.openapi(previewRoute, async (context) => {
    const { tenantId } = context.get('actor');
    const webhookId = webhookIdOf(context.req.valid('param').webhookId);
    return context.json(unwrap(await previewAlerts(deps, tenantId, webhookId, context.req.valid('json'))), 200);
  });
}
