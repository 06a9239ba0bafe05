/** A receiver of our own JSON, in the payload shape of Standard Webhooks. */
import * as z from 'zod';
import { eventTypeSchema, plainVendor, revisionSchema, wholeFindingSchema } from '../plain.vendor.ts';

export const vendor = plainVendor({
  id: 'json',
  contentType: 'application/json',
  bodySchema: z.strictObject({
    type: eventTypeSchema,
    timestamp: z.string(),
    revision: revisionSchema,
    data: wholeFindingSchema,
  }),
  evidence: {
    documentation: "the specification of Standard Webhooks, and Stripe's of its signatures",
    comparedWith: ['standardwebhooks', 'svix', 'stripe'],
  },
  demo: { name: 'Receiver of our own', path: '/hook' },
});
