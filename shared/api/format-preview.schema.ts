/** What a format makes of a finding, before any webhook uses it: the question and the response. */
import * as z from 'zod';
import { deliveryIdSchema, webhookIdSchema } from './ids.schema.ts';
import { optionsSchema } from './webhook-requests.schema.ts';

export const formatPreviewRequestSchema = z
  .strictObject({
    options: optionsSchema.default({}),
    finding: z
      .strictObject({ webhookId: webhookIdSchema, deliveryId: deliveryIdSchema })
      .optional()
      .describe('The finding of this delivery; absent, a sample that has every field'),
  })
  .meta({
    id: 'FormatPreviewRequest',
    description: 'Options to try, and on which finding',
    examples: [{ options: { body: '{"title": "{{ title }}"}' } }],
  });

export type FormatPreviewRequest = z.output<typeof formatPreviewRequestSchema>;

export const formatPreviewSchema = z
  .object({
    body: z
      .string()
      .meta({ description: 'The body as it would go over the wire', examples: ['{"title":"Dormant admin account"}'] }),
    bytes: z
      .int()
      .min(0)
      .meta({ description: 'Its size in UTF-8', examples: [33] }),
    finding: z
      .object({
        id: z.string().meta({ description: 'The finding', examples: ['fnd_01JDPX8Z'] }),
        title: z.string().meta({ description: 'What was found', examples: ['Dormant admin account re-activated'] }),
      })
      .describe('Of which finding'),
    isSample: z.boolean().describe('Whether that is the sample'),
  })
  .meta({ id: 'FormatPreview', description: 'What a format makes of a finding; nothing was sent' });

export type FormatPreview = z.output<typeof formatPreviewSchema>;
