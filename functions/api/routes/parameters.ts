/** Parameters, headers and body wrappings that several routes have, as OpenAPI describes them. */
import { z } from '@hono/zod-openapi';
import { DELIVERY_STATUSES } from '../../../shared/contract/api/delivery-answers.ts';

export const SECURED = { security: [{ token: [] }] };

export const webhookParams = z.object({
  webhookId: z.string().meta({ description: "The webhook's id", examples: ['wh_3f9c2d0b7a61e85d4c20'] }),
});

export const deliveryParams = webhookParams.extend({
  deliveryId: z.string().meta({ description: "The delivery's id", examples: ['dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD'] }),
});

export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .max(64)
    .optional()
    .meta({
      description: 'The ETag that you read: the change is refused with 412 if the webhook has changed since',
      examples: ['"3"'],
    }),
});

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x20-\x7e]*$/)
    .optional()
    .meta({
      description:
        'Your own name for this request, unique for 24 h. Sent again under the same key it is not carried out again: the answer then is the webhook as it is now, without a generated secret.',
      examples: ['5f0c8a52-1f7e-4c2b-9a53-9d5a3f5f8a01'],
    }),
});

export const listQuery = z.object({
  status: z.enum(DELIVERY_STATUSES).optional().describe('Only those of this status'),
  limit: z.coerce.number().int().min(1).max(100).default(50).describe('Most deliveries of a page'),
  cursor: z.string().min(1).max(512).optional().describe('`nextCursor` of the page before'),
});

export const statsQuery = z.object({
  hours: z.coerce.number().int().min(1).max(168).default(24).describe('How many hours, up to now'),
});

export const etagHeader = z.object({ etag: z.string().meta({ description: 'The revision', examples: ['"3"'] }) });

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

export function jsonAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

/** A webhook's answers carry its revision. */
export function taggedAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { ...jsonAnswer(schema, description), headers: etagHeader } as const;
}
