/** What the service publishes on the bus. Ids and reasons only: never a URL, a secret or a finding. */

import type { DeliveryId, WebhookId } from '../runtime/ids.ts';
import type { DisableReason } from '../webhook/webhook.ts';
import type { DeliveryRow } from './delivery.ts';

export type Announcement =
  | {
      readonly kind: 'delivery-failed';
      readonly webhookId: WebhookId;
      readonly deliveryId: DeliveryId;
      readonly reason: string;
      readonly attempts: number;
    }
  | { readonly kind: 'webhook-disabled'; readonly webhookId: WebhookId; readonly reason: DisableReason }
  | { readonly kind: 'webhook-recovered'; readonly webhookId: WebhookId }
  | {
      readonly kind: 'webhook-changed';
      readonly webhookId: WebhookId;
      readonly change: WebhookChange;
      /** Names of the settings that were given; no values, old or new. */
      readonly fields: readonly string[];
      readonly by: string;
      /** ISO 8601. */
      readonly at: string;
    };

export type WebhookChange =
  | 'connected'
  | 'settings'
  | 'alerts'
  | 'paused'
  | 'resumed'
  | 'disabled'
  | 'secret-rotated'
  | 'secret-removed'
  | 'signing-key-rotated'
  | 'signing-key-removed'
  | 'deleted';

export function announceFailure({ webhookId, deliveryId, reason, lastAttempt }: DeliveryRow): Announcement {
  return { kind: 'delivery-failed', webhookId, deliveryId, reason: reason ?? 'unknown', attempts: lastAttempt };
}
