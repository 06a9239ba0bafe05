import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queueArn } from '../../local/aws/local-aws.ts';
import { type RunningMapping, startMapping } from '../../local/functions/event-source-mapping.ts';
import { useEngines } from '../fakes/local-engines.ts';

const SOON = { timeout: 30_000, interval: 20 };

describe('the mapping of a queue to a function', () => {
  const engines = useEngines();
  let up: PromiseWithResolvers<boolean>;
  let invoked: SQSEvent[];
  let problems: string[];
  let respond: (event: SQSEvent) => Promise<unknown>;
  let mapping: RunningMapping;
  let queueUrl: string;

  // A queue for each test: an engine may hand a message to a long poll whose client has already left.
  beforeEach(async ({ task }) => {
    const { QueueUrl = '' } = await engines().sqs.send(new CreateQueueCommand({ QueueName: `retry-${task.id}` }));
    queueUrl = QueueUrl;
    up = Promise.withResolvers();
    invoked = [];
    problems = [];
    respond = async () => ({ batchItemFailures: [] });
    mapping = startMapping(
      { arn: queueArn('retry'), region: 'us-east-1', queueUrl, maxConcurrency: 2 },
      {
        client: engines().sqs,
        whenUp: () => up.promise,
        invoke: (event) => {
          invoked.push(event);
          return respond(event);
        },
        report: (problem) => problems.push(problem),
      },
    );
  });
  afterEach(async () => {
    up.resolve(false);
    await mapping.stop();
  });

  const send = (body: string) => engines().sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));

  async function receive() {
    const { Messages = [] } = await engines().sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    return Messages;
  }

  it('receives nothing while the function is down, so that no receive is used up', async () => {
    await send('kept');
    const [message] = await receive();
    expect(message).toMatchObject({ Body: 'kept', Attributes: { ApproximateReceiveCount: '1' } });
    await engines().sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message?.ReceiptHandle }));
    expect(invoked).toEqual([]);
  });

  it('hands a message to the function once it is up, and deletes it when the function has succeeded', async () => {
    await send('handled');
    up.resolve(true);
    await expect
      .poll(() => invoked.flatMap(({ Records }) => Records.map(({ body }) => body)), SOON)
      .toEqual(['handled']);
    await mapping.stop();
    expect(await receive()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('leaves the messages of a failed invocation on the queue', async () => {
    respond = async () => {
      throw new Error('The process ended');
    };
    await send('returned');
    up.resolve(true);
    await expect.poll(() => problems, SOON).toEqual(['invocation failed']);
    await mapping.stop();
    const { Attributes } = await engines().sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: '1' });
  });
});
