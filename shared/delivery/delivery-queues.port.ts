/** Where deliveries wait: the two lanes, and the tickets of exhausted ones. */

import type { TenantId } from '../runtime/ids.ts';
import type { DeliveryMessage } from './delivery.ts';
import type { PlannedDelivery } from './plan-deliveries.ts';

export interface DeliveryQueues {
  /**
   * Sends planned deliveries of any tenants in as few calls as the queue allows, and answers those that it did *not*
   * take. When it rejects, some may have been taken all the same.
   */
  enqueueAll(deliveries: readonly PlannedDelivery[]): Promise<ReadonlySet<PlannedDelivery>>;
}

export interface RetryQueue {
  /** `delaySeconds` is 0 to 900, whole seconds. */
  enqueueRetry(tenantId: TenantId, message: DeliveryMessage, delaySeconds: number): Promise<void>;
}

export interface RedriveQueue {
  /** A ticket is a message that, fed back to the retry lane, re-opens its delivery. */
  sendRedriveMessage(tenantId: TenantId, redriveMessage: DeliveryMessage): Promise<void>;
}
