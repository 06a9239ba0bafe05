/** Returned messages on SQS: their visibility timeout is changed while they are still hidden from others. */
import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { BATCH_SIZE } from '../topology/queues.ts';
import { queueName } from './queue-name.ts';
import type { ReturnedMessage, ReturnedMessages } from './returned-messages.port.ts';

/** `queueUrls` are those of the queues that the function reads. */
export function createSqsReturnedMessages(client: SQSClient, ...queueUrls: readonly string[]): ReturnedMessages {
  async function change(messages: readonly ReturnedMessage[]): Promise<void> {
    const QueueUrl = queueUrls.find((url) => queueName(url) === queueName(messages[0]?.queueArn ?? ''));
    const Entries = messages.map(({ receiptHandle, delaySeconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: delaySeconds,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch((cause: unknown) => {
      throw new DependencyUnavailable('queue', 'show messages again', cause);
    });
  }

  return {
    async showAgain(messages) {
      const calls: Promise<void>[] = [];
      for (let start = 0; start < messages.length; start += BATCH_SIZE) {
        calls.push(change(messages.slice(start, start + BATCH_SIZE)));
      }
      await Promise.all(calls);
    },
  };
}
