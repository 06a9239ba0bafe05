/** The mail queue on SQS. Every send names its tenant as the message group, for fair queues. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { BATCH_SIZE } from '../topology/queues.ts';
import { serializeMailMessage } from './mail-message.schema.ts';
import type { MailQueue } from './mail-queue.port.ts';

export function createSqsMailQueue(client: SQSClient, queueUrl: string): MailQueue {
  return {
    async enqueueMails(tenantId, messages) {
      for (let start = 0; start < messages.length; start += BATCH_SIZE) {
        const Entries = messages.slice(start, start + BATCH_SIZE).map((message, index) => ({
          Id: String(index),
          MessageBody: serializeMailMessage(message),
          MessageGroupId: tenantId,
        }));
        const { Failed = [] } = await client
          .send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
          .catch(refused);
        if (Failed.length > 0) {
          refused(Failed[0]?.Code);
        }
      }
    },
  };
}

function refused(cause: unknown): never {
  throw new DependencyUnavailable('queue', 'take mails', cause);
}
