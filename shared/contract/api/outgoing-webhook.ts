/** The request that a receiver of the format `json` gets, as OpenAPI describes it. It is built by `outgoing-request.ts`. */
import * as z from 'zod';
import { findingSchema } from '../finding-schema.ts';

export const findingPayloadSchema = z
  .object({
    type: z.literal('finding.detected'),
    timestamp: z.string().describe('When the finding was detected, as it was published'),
    data: findingSchema,
  })
  .meta({ id: 'FindingPayload', description: 'The body, in the shape of Standard Webhooks' });

export const outgoingHeadersSchema = z.object({
  'user-agent': z.string().meta({ examples: ['Thalian-Webhooks/0.1.0'] }),
  'x-thalian-event': z.literal('finding.detected'),
  'webhook-id': z.string().describe('The same on every attempt of a delivery: tell duplicates by it'),
  'webhook-timestamp': z.string().describe('When this attempt began, Unix seconds'),
  'x-thalian-signature': z.string().optional().describe('With a signing secret: t=<unix seconds>,v1=<hex HMAC-SHA256>'),
  'webhook-signature': z.string().optional().describe('With a signing secret: v1,<base64 HMAC-SHA256>'),
});
