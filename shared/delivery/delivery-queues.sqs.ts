/** The delivery queue, the retry queue and the redrive messages on SQS. Every send names its tenant as the message group, for fair queues. */
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { DeliveryMessage } from './delivery.ts';
import { serializeDeliveryMessage } from './delivery-message.schema.ts';
import type { DelayQueues, DeliveryQueues, RedriveQueue, RetryQueue } from './delivery-queues.port.ts';
import type { PlannedDelivery, TargetQueue } from './plan-deliveries.ts';
import { splitIntoCalls } from './split-into-calls.ts';

/** The first call and one more for those entries that SQS left out. */
const TRIES = 2;

export function createSqsDeliveryQueues(
  client: SQSClient,
  urls: Readonly<Record<TargetQueue, string>>,
): DeliveryQueues {
  /** Answers what SQS left out of a call that succeeded all the same. */
  async function send(queue: TargetQueue, deliveries: readonly PlannedDelivery[]): Promise<readonly PlannedDelivery[]> {
    const Entries = deliveries.map(({ message }, index) => ({ Id: String(index), ...content(message) }));
    const { Failed = [] } = await client
      .send(new SendMessageBatchCommand({ QueueUrl: urls[queue], Entries }))
      .catch(unavailable('take a batch of deliveries'));
    const failedIds = new Set(Failed.map(({ Id }) => Id));
    return deliveries.filter((_delivery, index) => failedIds.has(String(index)));
  }

  return {
    async enqueueAll(deliveries) {
      const refused = new Set<PlannedDelivery>();
      for (const [queue, ofQueue] of Map.groupBy(deliveries, (delivery) => delivery.queue)) {
        for (const call of splitIntoCalls(ofQueue, ({ message }) => serializeDeliveryMessage(message))) {
          let open = call;
          for (let tried = 0; tried < TRIES && open.length > 0; tried += 1) {
            open = await send(queue, open);
          }
          for (const delivery of open) {
            refused.add(delivery);
          }
        }
      }
      return refused;
    },
  };
}

export function createSqsRetryQueue(client: SQSClient, queueUrl: string): RetryQueue {
  return {
    async enqueueRetry(_tenantId, message, delaySeconds) {
      await client
        .send(new SendMessageCommand({ QueueUrl: queueUrl, DelaySeconds: delaySeconds, ...content(message) }))
        .catch(unavailable('take a retry'));
    },
  };
}

export function createSqsDelayQueues(client: SQSClient, urls: Readonly<Record<TargetQueue, string>>): DelayQueues {
  return {
    async enqueueLater(_tenantId, queue, message, delaySeconds) {
      await client
        .send(new SendMessageCommand({ QueueUrl: urls[queue], DelaySeconds: delaySeconds, ...content(message) }))
        .catch(unavailable('take a delivery that waits'));
    },
  };
}

export function createSqsRedriveQueue(client: SQSClient, queueUrl: string): RedriveQueue {
  return {
    async sendRedriveMessage(_tenantId, redriveMessage) {
      await client
        .send(new SendMessageCommand({ QueueUrl: queueUrl, ...content(redriveMessage) }))
        .catch(unavailable('take a redrive message'));
    },
  };
}

function content(message: DeliveryMessage) {
  return { MessageBody: serializeDeliveryMessage(message), MessageGroupId: message.tenantId };
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable('queue', operation, cause);
  };
}
