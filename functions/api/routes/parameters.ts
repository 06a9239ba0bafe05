/** Parameters, headers and body wrappings that several routes have, as OpenAPI describes them. */
import { z } from '@hono/zod-openapi';
import { cursorSchema } from '../../../shared/api/cursor.schema.ts';
import { MAX_PAGE } from '../../../shared/api/delivery-responses.schema.ts';
import { deliveryStatusSchema } from '../../../shared/api/delivery-status.schema.ts';
import { deliveryIdSchema, webhookIdSchema } from '../../../shared/api/ids.schema.ts';
import { causeFilterSchema, searchFilterSchema, severityFilterSchema } from '../../../shared/api/log-filters.schema.ts';
import type { Permission } from '../actor.ts';
import { needs } from '../http.ts';

/** What a route asks of its caller, checked and described. */
export function allowedBy(permission: Permission) {
  return { security: [{ token: [permission] }], middleware: needs(permission) };
}

export const webhookParams = z.object({ webhookId: webhookIdSchema });

export const deliveryParams = webhookParams.extend({ deliveryId: deliveryIdSchema });

export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .max(256)
    .optional()
    .meta({
      description:
        'The ETag that you read, or several of them: the change is refused with 412 if none is that of the webhook now',
      examples: ['"3"'],
    }),
});

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x20-\x7e]*$/, 'A key has printable ASCII characters only.')
    .optional()
    .meta({
      description:
        'Your own name for this request, unique for 24 h. Sent again under the same key it is not carried out again: the response then is the webhook as it is now, without a generated secret.',
      examples: ['5f0c8a52-1f7e-4c2b-9a53-9d5a3f5f8a01'],
    }),
});

const instantParam = z.iso.datetime({ offset: true }).optional();

export const listQuery = z.object({
  order: z
    .enum(['arrival', 'detection'])
    .default('arrival')
    .describe('By when the finding came to us, or by when it was detected. With status failed or held: by the failure'),
  status: deliveryStatusSchema.optional().describe('Only those of this status'),
  severity: severityFilterSchema.optional(),
  cause: causeFilterSchema.optional(),
  since: instantParam.describe('What the list is ordered by lies at this instant or later; ISO 8601 with a zone'),
  until: instantParam.describe('What the list is ordered by lies before this instant; ISO 8601 with a zone'),
  search: searchFilterSchema.optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(50)
    .meta({ description: 'Most deliveries of a page', examples: [20] }),
  cursor: cursorSchema.optional().describe('`nextCursor` of the page before'),
});

export const statsQuery = z.object({
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(168)
    .default(24)
    .meta({ description: 'How many hours, up to and with the current one', examples: [48] }),
  by: z
    .enum(['detection', 'arrival'])
    .default('detection')
    .meta({
      description:
        'In which hour a delivery counts: the one in which its finding was detected, or came to us. One that came within an hour of its detection counts as arriving then.',
      examples: ['arrival'],
    }),
});

const etagHeader = z.object({
  etag: z.string().meta({ description: 'The revision, for If-Match', pattern: '^"[0-9]+"$', examples: ['"3"'] }),
});

const replayedHeader = z.object({
  'idempotency-replayed': z
    .literal('true')
    .optional()
    .meta({
      description: 'There if the request had been carried out before, under the same Idempotency-Key',
      examples: ['true'],
    }),
});

const locationHeader = z.object({
  location: z.string().meta({ description: 'Path of the webhook', examples: ['/v1/webhooks/wh_3f9c2d0b7a61e85d4c20'] }),
});

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

export function optionalJsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: false, content: { 'application/json': { schema } } } as const;
}

export function jsonResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

/** A webhook's responses carry its revision. */
export function taggedResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { ...jsonResponse(schema, description), headers: etagHeader } as const;
}

/** Of a request that may be repeated under its Idempotency-Key. */
export function repeatableResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { ...jsonResponse(schema, description), headers: etagHeader.extend(replayedHeader.shape) } as const;
}

export function createdResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  const headers = etagHeader.extend(locationHeader.shape).extend(replayedHeader.shape);
  return { ...jsonResponse(schema, description), headers } as const;
}
