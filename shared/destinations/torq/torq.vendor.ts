/** Torq's webhook integration: any JSON starts a workflow, and ours has a known shape. */
import * as z from 'zod';
import { plainVendor, wholeFindingSchema } from '../plain.vendor.ts';

export const vendor = plainVendor({
  id: 'torq',
  contentType: 'application/json',
  bodySchema: z.strictObject({
    type: z.literal('finding.detected'),
    deliveryId: z.string(),
    finding: wholeFindingSchema,
  }),
  demo: { name: 'Torq', path: '/v1/webhooks/00000000-0000-4000-8000-000000000000' },
});
