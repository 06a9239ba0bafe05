import type { DeliveryMessage } from '../../shared/domain/delivery.ts';
import type { TenantId, WebhookId } from '../../shared/domain/ids.ts';
import type { PlannedDelivery } from '../../shared/domain/plan-deliveries.ts';
import type { DeadLetters } from '../../shared/ports/dead-letters.ts';
import type { DeliveryLanes, RetryLane, TicketQueue } from '../../shared/ports/delivery-queues.ts';
import { DependencyUnavailable } from '../../shared/ports/dependency-unavailable.ts';

/** What was sent, in order. Can be shut to stand for an outage of the queue. */
export class MemoryQueues implements DeliveryLanes, RetryLane, TicketQueue, DeadLetters {
  readonly planned: PlannedDelivery[] = [];
  readonly retries: { message: DeliveryMessage; delaySeconds: number }[] = [];
  readonly tickets: DeliveryMessage[] = [];
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

  async sendTicket(_tenantId: TenantId, ticket: DeliveryMessage): Promise<void> {
    this.#open();
    this.tickets.push(ticket);
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
