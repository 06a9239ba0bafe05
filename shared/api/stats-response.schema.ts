/** How the API shows the hours of the chart. */
import * as z from 'zod';
import { millisSchema } from './attempt-responses.schema.ts';
import { MOST_COUNTED } from './counts.schema.ts';
import { instantSchema } from './instant.schema.ts';

const hourlySchema = z.int().min(0).max(MOST_COUNTED);

const durationsSchema = z.object({
  median: millisSchema.describe('Half of them took no longer'),
  p95: millisSchema.describe('95 of 100 took no longer'),
});

export const statsSchema = z
  .object({
    by: z
      .enum(['detectedAt', 'arrivedAt'])
      .describe('A delivery counts in the hour in which its finding was detected, or came to us'),
    hours: z
      .array(
        z.object({
          start: instantSchema.describe('When the hour begins'),
          delivered: hourlySchema.describe('Accepted by the receiver'),
          failed: hourlySchema.describe('Not accepted, and no retry is due'),
          pending: hourlySchema.describe('Still under way'),
          held: hourlySchema.describe('Kept while the webhook was disabled'),
          cancelled: hourlySchema.describe('Not sent, as by then the webhook was not to get it'),
          // Absent in responses of version 0.1.0.
          responseMillis: durationsSchema
            .optional()
            .describe('Milliseconds that the receiver took to respond, of the first four attempts of each delivery'),
          deliveryMillis: durationsSchema
            .optional()
            .describe(
              'Milliseconds until the receiver had it, from the moment by which it is counted; of those that were delivered',
            ),
        }),
      )
      .describe('Every hour asked for, the oldest first; the current one is not over'),
    isCapped: z.boolean().describe('True if there were more than 10,000 deliveries: the oldest are not counted'),
    completeFrom: instantSchema.describe('Everything from here on is counted'),
    asOf: instantSchema.optional().describe('When the log was read'),
  })
  .meta({ id: 'Stats', description: 'Deliveries per hour' });

export type StatsResponse = z.output<typeof statsSchema>;
