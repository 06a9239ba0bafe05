/** An Azure Logic App with the trigger "When a HTTP request is received", a schema and no Response action. */
import * as z from 'zod';
import { isJson, json, readJson, type Vendor, type VendorRequest, type VendorResponse } from '../simulation.vendor.ts';

export const sentinelRecordSchema = z.strictObject({
  TimeGenerated: z.iso.datetime(),
  FindingId: z.string(),
  FindingTitle: z.string(),
  AlertSeverity: z.enum(['High', 'Medium', 'Low', 'Informational']),
  OriginalSeverity: z.string(),
  SeverityScore: z.number(),
  AffectedType: z.enum(['identity', 'asset']),
  AffectedId: z.string(),
  AffectedName: z.string(),
  Platform: z.string(),
  RemediationSummary: z.string(),
  RemediationUrl: z.string(),
  DeliveryId: z.string(),
  FindingCategory: z.string().optional(),
  FindingUrl: z.string().optional(),
  FindingDescription: z.string().optional(),
  OtherPlatforms: z.array(z.string()).optional(),
  AlsoAffected: z.array(z.object({ type: z.string(), id: z.string(), name: z.string() })).optional(),
  Attributes: z.record(z.string(), z.string()).optional(),
  FindingEvent: z.enum(['detected', 'updated', 'resolved', 'reopened']).optional(),
  FindingRevision: z.int().min(1).optional(),
});

export const vendor: Vendor = {
  id: 'sentinel-logic-app',
  create: () => receive,
  accepted: 202,
  refusal: json(401, { error: { code: 'AuthorizationFailed', message: 'The signature is not valid.' } }),
  limit: json(429, { error: { code: 'WorkflowTriggerThrottled', message: 'Throttled.' } }, { 'retry-after': '17' }),
  rate: {
    published: "Limits of the Logic App's plan, which differ by plan and region.",
    source: "Azure's documentation, Limits for Azure Logic Apps",
    sureness: 'unpublished',
  },
  responses: [
    {
      response: { statusCode: 202, body: '' },
      meaning: 'The Logic App has started. A run that fails later is seen in its run history alone.',
      isDelivered: true,
    },
    {
      response: {
        statusCode: 200,
        headers: { 'content-type': 'text/html', 'x-ms-workflow-run-id': '08585' },
        body: '<html>Thank you</html>',
      },
      meaning: 'A Response action has sent this: every status from 200 to 299 counts.',
      isDelivered: true,
    },
  ],
  evidence: {
    documentation: "Microsoft's documentation of Azure Logic Apps, Receive and respond to HTTPS calls",
  },
  demo: {
    name: 'Sentinel playbook',
    path: '/workflows/0/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=demo-signature_0123456789',
  },
};

function receive(request: VendorRequest): VendorResponse {
  if (!request.query.has('sig')) {
    return json(401, { error: { code: 'DirectApiAuthorizationRequired', message: 'The request must be signed.' } });
  }
  return isJson(request) && readJson(sentinelRecordSchema, request.body).kind === 'read'
    ? { statusCode: 202, body: '' }
    : json(400, { error: { code: 'TriggerInputSchemaMismatch', message: 'The input does not match.' } });
}
