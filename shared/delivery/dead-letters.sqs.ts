/** A dead-letter queue that code feeds: the message as it came, the reason as an attribute. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { cutToBytes } from '../finding/cut-text.ts';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { DeadLetters } from './dead-letters.port.ts';

/** What a message may take: its body and the names, types and values of its attributes together (SQS quotas). */
const MAX_MESSAGE_BYTES = 1024 * 1024;

const REASON = 'reason';
const TYPE = 'String';

export function createSqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    /**
     * The body goes first: it came out of SQS, so alone it always fits. The reason gets what room is left beside it, and
     * is left out where there is none: then it is in the function's log only.
     */
    async put(body, reason) {
      const fitting = reasonBeside(body, reason);
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        ...(fitting !== '' && { MessageAttributes: { [REASON]: { DataType: TYPE, StringValue: fitting } } }),
      });
      await client.send(command).catch((cause: unknown) => {
        throw new DependencyUnavailable('queue', 'take a dead letter', cause);
      });
    },
  };
}

function reasonBeside(body: string, reason: string): string {
  const roomBytes = MAX_MESSAGE_BYTES - Buffer.byteLength(body) - REASON.length - TYPE.length;
  const cut = cutToBytes(reason, roomBytes);
  // The mark that something is missing takes three bytes, which may be too many.
  return Buffer.byteLength(cut) <= roomBytes ? cut : '';
}
