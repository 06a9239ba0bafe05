/** Whether anything of a page has changed, and then everything that it shows: one request for a page that is open. */
import * as z from 'zod';
import { webhookIdSchema } from './ids.schema.ts';

/** The list, and the failures on each card of a tenant with as many webhooks as it may have. */
export const MOST_READS = 60;

const markSchema = z
  .string()
  .max(64)
  .meta({
    description: 'Differs when anything has changed; means nothing else',
    examples: ['hq0VbXW5b3iN1wmXHhGkLQ'],
  });

const readSchema = z
  .string()
  .max(2_000)
  .regex(
    /^\/v1\/(?:webhooks(?![^/?])|formats$)/,
    'A read is a path below /v1/webhooks, with its query, or /v1/formats.',
  )
  .meta({
    description: 'Path and query of a GET of this API',
    pattern: '^/v1/(?:webhooks(?![^/?])|formats$)',
    examples: ['/v1/webhooks/wh_3f9c2d0b7a61e85d4c20'],
  });

export const changesRequestSchema = z
  .strictObject({
    webhookId: webhookIdSchema
      .max(64)
      .optional()
      .describe('Only this webhook and its deliveries; absent: all webhooks'),
    since: markSchema.optional().describe('The mark of the response before; absent: everything is new'),
    reads: z.array(readSchema).max(MOST_READS).describe('What to read if there is a change'),
  })
  .meta({
    id: 'ChangesRequest',
    description: 'What a page shows, and what it knows of it',
    examples: [{ reads: ['/v1/webhooks'] }],
  });

const readResultSchema = z.object({
  status: z
    .int()
    .min(100)
    .max(599)
    .meta({ description: 'As of the GET itself', examples: [200] }),
  body: z.unknown().meta({ description: 'As of the GET itself', examples: [{}] }),
});

export const changesSchema = z
  .object({
    mark: markSchema,
    hasChanged: z.boolean().describe('Whether the mark differs from the one that was sent'),
    reads: z.array(readResultSchema).max(MOST_READS).describe('In the order asked for; empty without a change'),
  })
  .meta({
    id: 'Changes',
    description: 'Whether there is a change, and what was read then',
    examples: [{ mark: 'hq0VbXW5b3iN1wmXHhGkLQ', hasChanged: false, reads: [] }],
  });

export type ChangesRequest = z.output<typeof changesRequestSchema>;
export type Changes = z.output<typeof changesSchema>;
