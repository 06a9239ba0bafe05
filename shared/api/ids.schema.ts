/** How the API describes the ids that it shows and takes. */
import * as z from 'zod';

export const deliveryIdSchema = z.string().meta({
  description: 'The delivery: also the webhook-id that the receiver sees',
  pattern: '^dlv_[A-Za-z0-9_-]{1,60}$',
  examples: ['dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD'],
});

export const webhookIdSchema = z.string().meta({
  description: 'The webhook',
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  examples: ['wh_3f9c2d0b7a61e85d4c20'],
});
