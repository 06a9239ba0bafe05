import { Worker } from 'node:worker_threads';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { startInThread, supervise } from '../../local/aws/engine-threads.ts';
import { localClientSettings, startLocalAws } from '../../local/aws/local-aws.ts';

describe('the local AWS in threads of its own', () => {
  it('has one endpoint for people, and straight ways to the same tables and queues', async () => {
    const aws = await startLocalAws(0, { threads: 'apart' });
    try {
      const { dynamoDbUrl, sqsUrl, queues } = aws.direct;
      expect(new Set([aws.endpointUrl, dynamoDbUrl, sqsUrl]).size).toBe(3);
      const { TableNames } = await new DynamoDBClient(localClientSettings(dynamoDbUrl)).send(new ListTablesCommand());
      expect(TableNames?.sort()).toEqual(Object.values(aws.tables).sort());
      await new SQSClient(localClientSettings(sqsUrl)).send(
        new SendMessageCommand({ QueueUrl: queues.retry, MessageBody: 'by the straight way' }),
      );
      const { Attributes } = await new SQSClient(localClientSettings(aws.endpointUrl)).send(
        new GetQueueAttributesCommand({
          QueueUrl: aws.queues.retry,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      expect(Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
    } finally {
      await aws.stop();
    }
    await expect(fetch(aws.endpointUrl)).rejects.toThrow();
    await expect(fetch(aws.direct.dynamoDbUrl)).rejects.toThrow();
    await expect(fetch(aws.direct.sqsUrl)).rejects.toThrow();
  });

  it('leaves no way around a fault injector', async () => {
    const aws = await startLocalAws(0, { threads: 'apart', wrapEngine: (_service, engine) => engine });
    try {
      const { dynamoDbUrl, sqsUrl, queues } = aws.direct;
      expect([dynamoDbUrl, sqsUrl, queues]).toEqual([aws.endpointUrl, aws.endpointUrl, aws.queues]);
    } finally {
      await aws.stop();
    }
  });

  it('says that a port is taken, and leaves nothing running', async () => {
    const taken = await startInThread({ part: 'dynamodb' });
    try {
      const port = Number(new URL(taken.origin).port);
      await expect(startLocalAws(port, { threads: 'apart' })).rejects.toThrow(
        `Port ${port} is in use on this machine.`,
      );
    } finally {
      await taken.stop();
    }
  });

  it('says what is lost when a part ends while it runs', async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       parentPort.once('message', () => { throw new Error('the engine broke'); });
       parentPort.postMessage({ kind: 'started', origin: 'http://127.0.0.1:1' });`,
      { eval: true, execArgv: [] },
    );
    const engine = await supervise(worker, { part: 'sqs' });
    worker.postMessage('break');
    expect((await engine.failure).message).toBe(
      'The local AWS has lost its part sqs, and what was stored there. It ended by an error: Error: the engine broke. Start the system again.',
    );
  });

  it('takes the end of a part that was stopped for no failure', async () => {
    const engine = await startInThread({ part: 'dynamodb' });
    await engine.stop();
    expect(await Promise.race([engine.failure, Promise.resolve('none')])).toBe('none');
  });
});
