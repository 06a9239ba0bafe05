/** How the API describes where a delivery stands. */
import * as z from 'zod';
import { DELIVERY_STATUSES } from '../delivery/delivery-item.schema.ts';

export const deliveryStatusSchema = z.enum(DELIVERY_STATUSES).meta({
  description:
    'pending: under way. delivered: accepted by the receiver. failed: not accepted, and no retry is due. held: kept while the webhook was disabled. cancelled: by then the webhook was not to get it.',
  examples: ['failed'],
});
