/** How the API shows what was due to a webhook, to the receiver that reads it. */
import * as z from 'zod';
import type { Manifest } from '../delivery/manifest.ts';
import { SEVERITY_LEVELS } from '../finding/severity.ts';
import { cursorSchema } from './cursor.schema.ts';
import { deliveryIdSchema } from './ids.schema.ts';
import { instantSchema, toInstant } from './instant.schema.ts';

const listedSinceSchema = instantSchema.describe('What was published from this instant on is listed and still kept');

const listedEventSchema = z
  .object({
    id: deliveryIdSchema,
    listedAt: instantSchema.describe('When it was listed, which is before it is sent'),
    finding: z
      .object({
        id: z.string().meta({ description: 'Id of the finding', examples: ['fnd_01JDPX8Z'] }),
        title: z.string().meta({ description: 'Its title', examples: ['Dormant admin account re-activated'] }),
        severity: z.enum(SEVERITY_LEVELS).describe('Its level'),
      })
      .describe('Enough to recognise it'),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description:
          'Those headers of a request that are ours, signed at this moment; without custom headers and credentials. Absent with bodies=false',
        examples: [{ 'webhook-id': 'dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD', 'webhook-timestamp': '1763892000' }],
      }),
    body: z
      .string()
      .optional()
      .meta({
        description:
          'The body that a request has as the webhook is configured now, byte for byte what the signatures are for; a credential in it is `***`. Absent with bodies=false',
        examples: ['{"type":"finding.detected"}'],
      }),
  })
  .meta({ id: 'ListedEvent', description: 'What was due to the webhook' });

export const eventListSchema = z
  .object({
    events: z
      .array(listedEventSchema)
      .describe('In the order of listing. One that was dispatched twice is there twice'),
    nextCursor: cursorSchema.describe('For `after`: what is listed from here on. Keep it with what you have stored'),
    hasMore: z.boolean().describe('There is more to be read at once'),
    settledUntil: instantSchema.describe('Nothing is listed before this instant any more: the list is read up to it'),
    listedSince: listedSinceSchema,
  })
  .meta({ id: 'EventList', description: 'A page of what was due to the webhook' });

export const manifestSchema = z
  .object({
    since: instantSchema.describe('What was listed at this instant or later'),
    until: instantSchema.describe('What was listed before this instant'),
    count: z.int().min(0).describe('How many deliveries; one that was listed twice counts once'),
    first: deliveryIdSchema.optional().describe('The first id, in the order of the ids'),
    last: deliveryIdSchema.optional().describe('The last id, in the order of the ids'),
    sha256: z.string().meta({
      description:
        'Digest of the ids in their order, each followed by a line feed: LC_ALL=C sort -u ids.txt | sha256sum',
      pattern: '^[0-9a-f]{64}$',
      examples: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    }),
    listedSince: listedSinceSchema,
  })
  .meta({
    id: 'Manifest',
    description: 'What was due to the webhook in a span, to compare with what its receiver has',
  });

export type EventListResponse = z.output<typeof eventListSchema>;
export type ListedEventResponse = z.output<typeof listedEventSchema>;
export type ManifestResponse = z.output<typeof manifestSchema>;

export function toManifestResponse({ from, until, ...manifest }: Manifest): Omit<ManifestResponse, 'listedSince'> {
  return { since: toInstant(from), until: toInstant(until), ...manifest };
}
