/** One strongly consistent look at everything that a batch of deliveries needs. */

import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { DeliveryRow } from './delivery.ts';

export interface DeliveryKey {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
}

/**
 * What was found for one delivery. `unread` means that the response was incomplete or unreadable: nothing may be
 * concluded from it, least of all that a webhook or a row does not exist.
 */
export type BatchReading =
  | { readonly kind: 'read'; readonly webhook: Webhook | undefined; readonly row: DeliveryRow | undefined }
  | { readonly kind: 'unread'; readonly because: string };

export interface BatchReader {
  /** Up to 50 deliveries of any tenants; the readings come in the order of the keys. */
  read(keys: readonly DeliveryKey[]): Promise<readonly BatchReading[]>;
}
