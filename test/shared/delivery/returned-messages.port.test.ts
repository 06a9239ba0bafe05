import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createSqsReturnedMessages } from '../../../shared/delivery/returned-messages.sqs.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { MAPPINGS } from '../../../shared/topology/mappings.ts';
import { useEngines } from '../../fakes/local-engines.ts';

const engines = useEngines();

/** A queue of its own with as many messages as a batch of the retry queue, all received. */
async function aReceivedBatch() {
  const { sqs } = engines();
  const created = await sqs.send(
    new CreateQueueCommand({ QueueName: `returned-${randomUUID()}`, Attributes: { VisibilityTimeout: '180' } }),
  );
  const QueueUrl = created.QueueUrl ?? '';
  const { batchSize } = MAPPINGS.retry;
  for (let sent = 0; sent < batchSize; sent += 1) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(sent) }));
  }
  const receiptHandles: string[] = [];
  while (receiptHandles.length < batchSize) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    receiptHandles.push(...Messages.map(({ ReceiptHandle = '' }) => ReceiptHandle));
  }
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { sqs, QueueUrl, queueArn: Attributes?.['QueueArn'] ?? '', receiptHandles };
}

describe('returned messages on SQS', () => {
  it('come back after their delay, a whole batch of them, to the queue that they came by', async () => {
    const { sqs, QueueUrl, queueArn, receiptHandles } = await aReceivedBatch();
    const other = engines().queues.delivery;
    const returns = createSqsReturnedMessages(sqs, other, QueueUrl);
    await returns.showAgain(
      receiptHandles.map((receiptHandle, index) => ({ queueArn, receiptHandle, delaySeconds: index === 0 ? 180 : 0 })),
    );
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    expect(Attributes?.['ApproximateNumberOfMessages']).toBe(String(receiptHandles.length - 1));
  });

  it('that the queue does not take are a fault of the queue', async () => {
    const { sqs } = engines();
    const returns = createSqsReturnedMessages(sqs, `${engines().queues.delivery}-gone`);
    const message = { queueArn: 'arn:aws:sqs:x:0:delivery-gone', receiptHandle: 'r', delaySeconds: 5 };
    await expect(returns.showAgain([message])).rejects.toThrow(DependencyUnavailable);
  });
});
