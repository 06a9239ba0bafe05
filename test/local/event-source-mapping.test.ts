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
import { createSqsCalls, type SqsCalls } from '../../local/aws/sqs-calls.ts';
import { type RunningMapping, startMapping } from '../../local/functions/event-source-mapping.ts';
import type { MappingShape } from '../../shared/topology/mappings.ts';
import { useEngines } from '../fakes/local-engines.ts';

const SOON = { timeout: 30_000, interval: 20 };

describe('the mapping of a queue to a function', () => {
  const engines = useEngines();
  let up: PromiseWithResolvers<boolean>;
  let invoked: SQSEvent[];
  let problems: string[];
  let looks: number;
  let hasTime: boolean;
  let respond: (event: SQSEvent) => Promise<unknown>;
  let mapping: RunningMapping;
  let queueUrl: string;
  let calls: SqsCalls;

  // A queue for each test: an engine may hand a message to a long poll whose client has already left.
  beforeEach(async ({ task }) => {
    const { QueueUrl = '' } = await engines().sqs.send(new CreateQueueCommand({ QueueName: `retry-${task.id}` }));
    queueUrl = QueueUrl;
    calls = createSqsCalls(engines().direct.sqsUrl);
    up = Promise.withResolvers();
    invoked = [];
    problems = [];
    looks = 0;
    hasTime = true;
    respond = async () => ({ batchItemFailures: [] });
    mapping = mapQueue({ batchSize: 10, windowSeconds: 0 });
  });
  afterEach(async () => {
    up.resolve(false);
    await mapping.stop();
    calls.close();
  });

  function mapQueue(shape: MappingShape): RunningMapping {
    return startMapping(
      { arn: queueArn('retry'), region: 'us-east-1', queueUrl, maxConcurrency: 7, ...shape },
      {
        sqs: calls,
        whenUp: () => up.promise,
        hasTime: () => {
          looks += 1;
          return hasTime;
        },
        invoke: (event) => {
          invoked.push(event);
          return respond(event);
        },
        report: (problem) => problems.push(problem),
      },
    );
  }

  /** With so many messages already there, and the function up. */
  async function remap(shape: MappingShape, messages: number): Promise<void> {
    up.resolve(false);
    await mapping.stop();
    await Promise.all(Array.from({ length: messages }, (_, index) => send(`message ${index}`)));
    up = Promise.withResolvers();
    up.resolve(true);
    mapping = mapQueue(shape);
  }

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

  it('collects a batch that is larger than a receive, until it is full, and deletes all of it', async () => {
    // An hour: only a full batch ends the collecting.
    await remap({ batchSize: 12, windowSeconds: 3_600 }, 12);
    await expect.poll(() => invoked.map(({ Records }) => Records.length), SOON).toEqual([12]);
    await mapping.stop();
    expect(await receive()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('hands over what it has when the window is over', async () => {
    await remap({ batchSize: 50, windowSeconds: 1 }, 1);
    await expect.poll(() => invoked.map(({ Records }) => Records.length), SOON).toEqual([1]);
  });

  it('begins with five invocations and adds more while they wait, up to its concurrency', async () => {
    const ending = Promise.withResolvers<{ batchItemFailures: [] }>();
    respond = () => ending.promise;
    hasTime = false;
    await remap({ batchSize: 1, windowSeconds: 0 }, 8);
    await expect.poll(() => looks, SOON).toBeGreaterThan(1);
    expect(invoked).toHaveLength(5);
    hasTime = true;
    await expect.poll(() => invoked.length, SOON).toBe(7);
    const looked = looks;
    await expect.poll(() => looks, SOON).toBeGreaterThan(looked + 1);
    expect(invoked).toHaveLength(7);
    ending.resolve({ batchItemFailures: [] });
    await expect.poll(() => invoked.length, SOON).toBe(8);
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
