/** Queues of a deployed stack, as an operator looks into them. */
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AFTER_A_CRASH_MILLIS, until } from './until.ts';

export function createQueues() {
  // Unlike an endpoint that is set, a queue's URL bears a name: the SDK warns at each call unless told which counts.
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });

  /** Waiting, delayed or with a reader. */
  async function count(QueueUrl: string): Promise<number> {
    const counts = [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesDelayed',
      'ApproximateNumberOfMessagesNotVisible',
    ] as const;
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] }),
    );
    return counts.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }

  return {
    untilItHolds: (url: string, least: number) =>
      until(`${least} messages in ${url}`, async () => ((await count(url)) >= least ? true : undefined)),

    untilEmpty: (...urls: readonly string[]) =>
      until(
        `${urls.join(' and ')} to be empty`,
        async () => ((await Promise.all(urls.map(count))).every((messages) => messages === 0) ? true : undefined),
        AFTER_A_CRASH_MILLIS,
      ),

    /** Answers what was moved, once there is something. As `aws sqs start-message-move-task` does it, which the emulator has not. */
    move: (from: string, to: string): Promise<readonly Message[]> =>
      until(`messages in ${from}`, async () => {
        const receive = { QueueUrl: from, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(receive));
        for (const { Body: MessageBody, ReceiptHandle } of Messages) {
          await client.send(new SendMessageCommand({ QueueUrl: to, MessageBody }));
          await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
        }
        return Messages.length === 0 ? undefined : Messages;
      }),

    close: () => client.destroy(),
  };
}
