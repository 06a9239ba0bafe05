/** How the API shows what came of a bulk retry. */
import * as z from 'zod';
import { cursorSchema } from './cursor.schema.ts';

/** What the caller of a bulk retry is promised as the most of one call. */
export const MAX_RETRIED = 500;

export const bulkRetrySchema = z
  .object({
    retried: z.int().min(0).max(MAX_RETRIED).describe('How many are on their way again'),
    matched: z
      .int()
      .min(0)
      .max(MAX_RETRIED)
      .optional()
      .describe('With `countOnly`: how many would be, of those that this call looked at'),
    nextCursor: cursorSchema.optional().describe('Call again with it: there may be more'),
  })
  .meta({ id: 'BulkRetry', description: 'What came of one call of the bulk retry', examples: [{ retried: 42 }] });
