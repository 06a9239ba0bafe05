/** A webhook's requests in two payload versions, side by side. */
import * as z from 'zod';
import { deliveryIdSchema } from './ids.schema.ts';
import { sentRequestSchema } from './sent-request.schema.ts';
import { payloadVersionSchema } from './webhook-responses.schema.ts';

const versionSchema = (what: string) =>
  z.object({ version: payloadVersionSchema.describe(what), request: sentRequestSchema.optional() });

export const payloadPreviewSchema = z
  .object({
    isSample: z
      .boolean()
      .describe('True if the log has no delivery yet: the finding is the sample of the documentation'),
    deliveryId: deliveryIdSchema.optional().describe('The delivery whose finding it is'),
    current: versionSchema('The version that the webhook has').describe('What is sent now'),
    newest: versionSchema('The newest version').describe('What would be sent after a change to the newest version'),
  })
  .meta({
    id: 'PayloadPreview',
    description: 'One finding in two payload versions, as requests with every secret masked; nothing is sent',
  });

export type PayloadPreview = z.output<typeof payloadPreviewSchema>;
