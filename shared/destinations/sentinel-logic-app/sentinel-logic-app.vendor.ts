/** An Azure Logic App with the trigger "When a HTTP request is received", a schema and no Response action. */
import * as z from 'zod';
import { isJson, json, readJson, type Vendor, type VendorRequest } from '../simulation.vendor.ts';

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
});

export function createSentinelLogicApp(): Vendor {
  return {
    formatId: 'sentinel-logic-app',
    receive(request: VendorRequest) {
      if (!request.query.has('sig')) {
        return json(401, { error: { code: 'DirectApiAuthorizationRequired', message: 'The request must be signed.' } });
      }
      return isJson(request) && readJson(sentinelRecordSchema, request.body).kind === 'read'
        ? { statusCode: 202, body: '' }
        : json(400, { error: { code: 'TriggerInputSchemaMismatch', message: 'The input does not match.' } });
    },
    accepted: 202,
    refusal: json(401, { error: { code: 'AuthorizationFailed', message: 'The signature is not valid.' } }),
    limit: json(429, { error: { code: 'WorkflowTriggerThrottled', message: 'Throttled.' } }, { 'retry-after': '17' }),
  };
}
