/** Torq's webhook integration: any JSON starts a workflow, and ours has a known shape. */
import * as z from 'zod';
import { eventTypeSchema, plainVendor, revisionSchema, wholeFindingSchema } from '../plain.vendor.ts';
import { json } from '../simulation.vendor.ts';

export const vendor = plainVendor({
  id: 'torq',
  contentType: 'application/json',
  bodySchema: z.strictObject({
    type: eventTypeSchema,
    revision: revisionSchema,
    deliveryId: z.string(),
    finding: wholeFindingSchema,
  }),
  responses: [
    {
      response: json(202, {}),
      meaning: 'Torq has the event. A workflow that fails later is seen in Torq alone.',
      isDelivered: true,
    },
    {
      response: json(200, { id: 'execution-1' }),
      meaning: 'The same with every other status from 200 to 299: a synchronous workflow chooses its own.',
      isDelivered: true,
    },
  ],
  rate: {
    published: 'Nothing for webhooks.',
    source: "Torq's documentation has no figure",
    sureness: 'unpublished',
  },
  evidence: {
    documentation: "Torq's documentation, Webhook integration",
  },
  demo: { name: 'Torq', path: '/v1/webhooks/00000000-0000-4000-8000-000000000000' },
});
