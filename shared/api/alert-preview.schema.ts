/** What an alert rule would have sent, as the API answers it before the rule is saved. */
import * as z from 'zod';
import { instantSchema } from './instant.schema.ts';

/** How far back the log is read, and how many deliveries of it at most: five queries, about a second. */
export const PREVIEW_DAYS = 30;
export const MOST_PREVIEWED = 1_000;

const countSchema = z.int().min(0).max(MOST_PREVIEWED);

export const alertPreviewSchema = z
  .object({
    from: instantSchema.describe(
      `Findings detected from then on are counted: ${PREVIEW_DAYS} days ago, or since the rule in force was set, or since the oldest of the ${MOST_PREVIEWED} latest deliveries`,
    ),
    until: instantSchema.describe('Now'),
    received: countSchema.describe('How many findings the webhook has in its log since then'),
    selected: countSchema.describe('How many of them the rule lets pass'),
    isExact: z
      .boolean()
      .describe(
        'Whether the rule would have sent exactly these. False if it is wider than the rule in force: what that one refuses is not kept, so there may be more',
      ),
  })
  .meta({
    id: 'AlertPreview',
    description: 'What an alert rule would have sent',
    examples: [
      {
        from: '2026-10-24T10:00:00.000Z',
        until: '2026-11-23T10:00:00.000Z',
        received: 412,
        selected: 37,
        isExact: true,
      },
    ],
  });

export type AlertPreview = z.output<typeof alertPreviewSchema>;
