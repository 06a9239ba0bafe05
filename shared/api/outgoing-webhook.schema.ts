/** The request that a receiver of the format `json` gets, as OpenAPI describes it. It is built by `outgoing-request.schema.ts`. */
import * as z from 'zod';
import { MOST_NAMED } from '../delivery/manifest-delivery.ts';
import { FINDING_EVENTS } from '../finding/lifecycle.ts';
import { MANIFEST_EVENT } from '../finding/manifest-content.ts';
import { manifestSchema } from './event-responses.schema.ts';
import { deliveryIdSchema, webhookIdSchema } from './ids.schema.ts';
import { publishedFindingSchema } from './published-finding.schema.ts';

/** `finding.detected` and what may follow; a webhook of payload version 1 gets that one alone. */
const eventTypeSchema = z.enum(FINDING_EVENTS.map((event) => `finding.${event}` as const));

export const findingPayloadSchema = z
  .object({
    type: eventTypeSchema.describe(
      'What happened; the same as the header x-thalian-event. Others than finding.detected come if the webhook chose them',
    ),
    timestamp: z.string().meta({
      description: 'The same as data.detectedAt: when the finding was detected',
      examples: ['2026-11-23T10:00:00.000Z'],
    }),
    revision: z
      .int()
      .min(1)
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .meta({
        description:
          'From payload version 2 on, always. It grows with each event of the finding, by any step: skip a body whose revision is smaller than the greatest that you have of its data.id',
        examples: [1],
      }),
    data: publishedFindingSchema,
  })
  .meta({ id: 'FindingPayload', description: 'The body, in the shape of Standard Webhooks; at most 64 KB of UTF-8' });

export const deliveredManifestSchema = manifestSchema.omit({ listedSince: true }).extend({
  webhookId: webhookIdSchema,
  ids: z
    .array(deliveryIdSchema)
    .max(MOST_NAMED)
    .optional()
    .describe(
      `The deliveries, in the order of their ids; absent if there are more than ${MOST_NAMED.toLocaleString('en')}`,
    ),
});

export const manifestPayloadSchema = z
  .object({
    type: z.literal(MANIFEST_EVENT).describe('The same as the header x-thalian-event'),
    timestamp: z.string().meta({
      description: 'The same as data.until: when the hour ended',
      examples: ['2026-11-23T11:00:00.000Z'],
    }),
    data: deliveredManifestSchema.describe('What was listed for the webhook in an hour, counted in UTC'),
  })
  .meta({ id: 'ManifestPayload', description: 'The body of a manifest, in the shape of Standard Webhooks' });

export const outgoingHeadersSchema = z.object({
  'user-agent': z
    .string()
    .meta({ description: 'The service and its version; for your logs', examples: ['Thalian-Webhooks/0.1.0'] }),
  'x-thalian-event': eventTypeSchema.describe('Answer 2xx to events that you do not know'),
  'webhook-id': deliveryIdSchema.describe('The same on every attempt of a delivery: tell duplicates by it'),
  'webhook-timestamp': z
    .string()
    .meta({ description: 'When this attempt began, Unix seconds', pattern: '^[0-9]+$', examples: ['1763892000'] }),
  'x-thalian-signature': z
    .string()
    .optional()
    .meta({
      description:
        'With a signing secret: t=<unix seconds>,v1=<hex HMAC-SHA256 over "<t>.<body>">. While a rotation overlaps, one more v1 for each earlier secret, the newest first.',
      examples: ['t=1763892000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd'],
    }),
  'webhook-signature': z
    .string()
    .optional()
    .meta({
      description:
        'With a signing secret or key, as Standard Webhooks sign: v1,<base64 HMAC-SHA256 over "<webhook-id>.<webhook-timestamp>.<body>"> by a secret, v1a,<base64 Ed25519 signature over the same> by a key. While a rotation overlaps, one more for each earlier secret and key, after a space.',
      examples: ['v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    }),
});

export const manifestHeadersSchema = outgoingHeadersSchema.extend({
  'x-thalian-event': z.literal(MANIFEST_EVENT).describe('What this request is about'),
});
