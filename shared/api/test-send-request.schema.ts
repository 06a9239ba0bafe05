/** Which finding a test sends. */
import * as z from 'zod';
import { SEVERITY_LEVELS } from '../finding/severity.ts';

export const testSendRequestSchema = z
  .strictObject({
    severity: z
      .enum(SEVERITY_LEVELS)
      .optional()
      .describe('Of the sample; absent: info, so that no rule raises an alarm'),
    deliveryId: z
      .string()
      .max(64)
      .optional()
      .meta({
        description:
          'The finding of this delivery in place of the sample: with an id and a title of a test, and else as it was sent',
        examples: ['dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD'],
      }),
    webhookId: z
      .string()
      .max(64)
      .optional()
      .meta({
        description: 'Of your webhooks the one whose log has the delivery; absent: the webhook that is tested',
        examples: ['wh_3f9c2d0b7a61e85d4c20'],
      }),
  })
  .refine(({ severity, deliveryId }) => severity === undefined || deliveryId === undefined, {
    path: ['severity'],
    message: 'The finding of a delivery has a severity of its own: name a severity or a delivery, not both.',
  })
  .refine(({ webhookId, deliveryId }) => webhookId === undefined || deliveryId !== undefined, {
    path: ['webhookId'],
    message: 'Name the delivery of this webhook as well.',
  })
  .meta({
    id: 'TestSendRequest',
    description: 'Which finding a test sends; without anything, the sample',
    examples: [{ severity: 'critical' }, { deliveryId: 'dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD' }, {}],
  });

export type TestSendRequest = z.input<typeof testSendRequestSchema>;
