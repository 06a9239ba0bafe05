/** A dead-letter queue that code feeds: the message as it came, the reason as an attribute. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetters } from '../ports/dead-letters.ts';
import { DependencyUnavailable } from '../ports/dependency-unavailable.ts';

export function createSqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    /**
     * A body so near SQS's 1 MiB that the reason no longer fits beside it is refused here; its item is then returned
     * and reaches the same queue whole, by the redrive policy.
     */
    async put(body, reason) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageAttributes: { reason: { DataType: 'String', StringValue: reason } },
      });
      await client.send(command).catch((cause: unknown) => {
        throw new DependencyUnavailable('queue', 'take a dead letter', cause);
      });
    },
  };
}
