/** Which failed or held deliveries are to be retried. */
import * as z from 'zod';
import { cursorSchema } from './cursor.schema.ts';
import { causeFilterSchema, searchFilterSchema, severityFilterSchema } from './log-filters.schema.ts';

export const bulkRetryRequestSchema = z
  .strictObject({
    status: z.enum(['failed', 'held']).describe('Which deliveries'),
    since: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Failed or held at this instant or later; ISO 8601 with a zone'),
    until: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Failed or held before this instant; ISO 8601 with a zone'),
    severity: severityFilterSchema.optional(),
    cause: causeFilterSchema.optional(),
    search: searchFilterSchema.optional(),
    countOnly: z.literal(true).optional().describe('Retry none of them: only say how many there are'),
    cursor: cursorSchema.optional().describe('`nextCursor` of the call before'),
  })
  .meta({
    id: 'BulkRetryRequest',
    description: 'Which deliveries are to be retried',
    examples: [
      { status: 'failed', since: '2026-11-23T00:00:00Z' },
      { status: 'failed', cause: '503', countOnly: true },
    ],
  });

export type BulkRetryRequest = z.output<typeof bulkRetryRequestSchema>;
