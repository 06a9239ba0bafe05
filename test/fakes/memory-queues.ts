import type { DeadLetters } from '../../shared/delivery/dead-letters.port.ts';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import type {
  DelayQueues,
  DeliveryQueues,
  RedriveQueue,
  RetryQueue,
} from '../../shared/delivery/delivery-queues.port.ts';
import type { PlannedDelivery, TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';

/** What was sent, in order. Can be shut to stand for an outage of the queue. */
export class MemoryQueues implements DeliveryQueues, RetryQueue, DelayQueues, RedriveQueue, DeadLetters {
  readonly planned: PlannedDelivery[] = [];
  readonly retries: { message: DeliveryMessage; delaySeconds: number }[] = [];
  /** What waits for a turn that it has. */
  readonly later: { queue: TargetQueue; message: DeliveryMessage; delaySeconds: number }[] = [];
  readonly redriveMessages: DeliveryMessage[] = [];
  readonly dead: { body: string; reason: string }[] = [];
  shut = false;
  /** Webhooks whose planned deliveries the queue does not take, as `Failed[]` of a batch answer says. */
  readonly refusing = new Set<WebhookId>();

  async enqueueAll(deliveries: readonly PlannedDelivery[]): Promise<ReadonlySet<PlannedDelivery>> {
    this.#open();
    const refused = deliveries.filter(({ message }) => this.refusing.has(message.webhookId));
    this.planned.push(...deliveries.filter((delivery) => !refused.includes(delivery)));
    return new Set(refused);
  }

  async enqueueRetry(_tenantId: TenantId, message: DeliveryMessage, delaySeconds: number): Promise<void> {
    this.#open();
    this.retries.push({ message, delaySeconds });
  }

  async enqueueLater(
    _tenantId: TenantId,
    queue: TargetQueue,
    message: DeliveryMessage,
    delaySeconds: number,
  ): Promise<void> {
    this.#open();
    this.later.push({ queue, message, delaySeconds });
  }

  async sendRedriveMessage(_tenantId: TenantId, redriveMessage: DeliveryMessage): Promise<void> {
    this.#open();
    this.redriveMessages.push(redriveMessage);
  }

  async put(body: string, reason: string): Promise<void> {
    this.#open();
    this.dead.push({ body, reason });
  }

  #open(): void {
    if (this.shut) {
      throw new DependencyUnavailable('queue', 'take a message', new Error('shut by the test'));
    }
  }
}
