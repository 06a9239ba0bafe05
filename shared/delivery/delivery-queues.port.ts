/** Where deliveries wait: the delivery queue, the retry queue, and the queue of redrive messages. */
import type { TenantId } from '../runtime/ids.ts';
import type { DeliveryMessage } from './delivery.ts';
import type { PlannedDelivery, TargetQueue } from './plan-deliveries.ts';

export interface DeliveryQueues {
  /**
   * Sends planned deliveries of any tenants in as few calls as the queue allows, and resolves to those that it did *not*
   * take. When it rejects, some may have been taken all the same.
   */
  enqueueAll(deliveries: readonly PlannedDelivery[]): Promise<ReadonlySet<PlannedDelivery>>;
}

export interface RetryQueue {
  /** `delaySeconds` is 0 to 900, whole seconds. */
  enqueueRetry(tenantId: TenantId, message: DeliveryMessage, delaySeconds: number): Promise<void>;
}

export interface DelayQueues {
  /** The same message again, by this queue. `delaySeconds` is 0 to 900, whole seconds. */
  enqueueLater(tenantId: TenantId, queue: TargetQueue, message: DeliveryMessage, delaySeconds: number): Promise<void>;
}

export interface RedriveQueue {
  /** A redrive message re-opens its delivery once it is moved to the retry queue. */
  sendRedriveMessage(tenantId: TenantId, redriveMessage: DeliveryMessage): Promise<void>;
}
