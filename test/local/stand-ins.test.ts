import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { RestoreSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAws, localClientSettings, queueArn, startLocalAws } from '../../local/aws/local-aws.ts';
import { MAX_RECEIVES } from '../../shared/topology/queues.ts';

describe('the local AWS endpoint', () => {
  let aws: LocalAws;
  let sqs: SQSClient;

  beforeAll(async () => {
    aws = await startLocalAws(0);
    sqs = new SQSClient(localClientSettings(aws.endpointUrl));
  });
  afterAll(() => aws.stop());

  it('refuses what it does not know with an error that SDKs can read', async () => {
    const client = new SecretsManagerClient(localClientSettings(aws.endpointUrl));
    await expect(client.send(new RestoreSecretCommand({ SecretId: 'any' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local system does not know secretsmanager.RestoreSecret.',
    });
  });

  it('says plainly that a port is taken', async () => {
    const port = Number(new URL(aws.endpointUrl).port);
    await expect(startLocalAws(port)).rejects.toThrow(`Port ${port} is in use on this machine.`);
  });

  describe('SQS', () => {
    it('names queues by URLs of the endpoint itself', async () => {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'thalian-webhooks-local-retry' }));
      expect(QueueUrl).toBe(`${aws.endpointUrl}/000000000000/thalian-webhooks-local-retry`);
      expect(QueueUrl).toBe(aws.queues.retry);
    });

    it('gives the queues the bounds of the topology', async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: aws.queues.delivery, AttributeNames: ['All'] }),
      );
      expect(Attributes).toMatchObject({ VisibilityTimeout: '180', MessageRetentionPeriod: String(14 * 86_400) });
      expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
        deadLetterTargetArn: queueArn('poison'),
        maxReceiveCount: MAX_RECEIVES,
      });
    });

    it('carries every character that SQS allows, emoji among them, and refuses the others', async () => {
      const body = 'Größe, 東京, 🔥';
      await sqs.send(new SendMessageCommand({ QueueUrl: aws.queues.poison, MessageBody: body }));
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: aws.queues.poison }));
      expect(Messages?.[0]?.Body).toBe(body);
      await expect(
        sqs.send(new SendMessageCommand({ QueueUrl: aws.queues.poison, MessageBody: 'no\uffff' })),
      ).rejects.toThrow('Invalid characters found');
    });
  });

  describe('DynamoDB', () => {
    it('keeps the indexes of the delivery log sparse', async () => {
      const client = new DynamoDBClient(localClientSettings(aws.endpointUrl));
      const put = (item: object) =>
        client.send(new PutItemCommand({ TableName: aws.tables.deliveryLog, Item: marshall(item) }));
      await put({ pk: 'acme#wh_1', sk: 'dlv_well' });
      await put({ pk: 'acme#wh_1', sk: 'dlv_failed', attentionOf: 'acme#wh_1', failedAt: 1 });
      const { Items } = await client.send(
        new QueryCommand({
          TableName: aws.tables.deliveryLog,
          IndexName: 'attention',
          KeyConditionExpression: 'attentionOf = :of',
          ExpressionAttributeValues: marshall({ ':of': 'acme#wh_1' }),
        }),
      );
      expect(Items?.map(({ sk }) => sk?.S)).toEqual(['dlv_failed']);
    });
  });

  describe('EventBridge', () => {
    let client: EventBridgeClient;
    beforeAll(() => {
      client = new EventBridgeClient(localClientSettings(aws.endpointUrl));
    });

    const anEntry = (overrides: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
      EventBusName: aws.findingsBus,
      Source: 'thalian.findings',
      DetailType: 'Finding Detected',
      Detail: '{}',
      ...overrides,
    });
    const putEvents = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
    const receive = async () => {
      const command = new ReceiveMessageCommand({ QueueUrl: aws.queues.findings, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await sqs.send(command);
      return Messages.map(({ Body }) => Body ?? '');
    };

    it("brings a finding to its queue in EventBridge's envelope, the detail as it was written", async () => {
      const detail = '{"score": 12345678901234567890, "title": "🔥"}';
      const { Entries } = await putEvents(anEntry({ Detail: detail, Time: new Date('2026-11-23T10:00:00Z') }));
      const [body = ''] = await receive();
      expect(body).toContain(`"detail":${detail}`);
      const { detail: _detail, ...envelope } = JSON.parse(body);
      expect(envelope).toEqual({
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'Finding Detected',
        source: 'thalian.findings',
        account: '000000000000',
        time: '2026-11-23T10:00:00Z',
        region: 'us-east-1',
        resources: [],
      });
    });

    it('brings events under another name or of another source to the same queue, wrapped', async () => {
      const strays = [anEntry({ Source: 'acme.test' }), anEntry({ DetailType: 'finding detected' })];
      const { FailedEntryCount } = await putEvents(...strays);
      expect(FailedEntryCount).toBe(0);
      const bodies = (await receive()).map((body) => JSON.parse(body));
      expect(bodies).toMatchObject([
        { stray: { source: 'acme.test', 'detail-type': 'Finding Detected', detail: {} } },
        { stray: { source: 'thalian.findings', 'detail-type': 'finding detected', detail: {} } },
      ]);
      expect(bodies.map((body) => Object.keys(body))).toEqual([['stray'], ['stray']]);
    });

    it("brings the service's own events back to the same queue, wrapped", async () => {
      const { FailedEntryCount } = await putEvents(
        anEntry({ Source: 'thalian.webhooks', DetailType: 'Delivery Failed' }),
      );
      expect(FailedEntryCount).toBe(0);
      const bodies = (await receive()).map((body) => JSON.parse(body));
      expect(bodies).toMatchObject([{ announced: { source: 'thalian.webhooks', 'detail-type': 'Delivery Failed' } }]);
      expect(Object.keys(bodies[0])).toEqual(['announced']);
    });

    it('refuses bad entries one by one and takes the rest', async () => {
      const { FailedEntryCount, Entries } = await putEvents(
        anEntry({ Detail: 'not json' }),
        anEntry({ Detail: '[]' }),
        anEntry({ Detail: undefined }),
        anEntry({ EventBusName: 'elsewhere' }),
        anEntry({ EventBusName: `arn:aws:events:us-east-1:000000000000:event-bus/${aws.findingsBus}` }),
      );
      expect(FailedEntryCount).toBe(4);
      expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
        'MalformedDetail',
        'MalformedDetail',
        'InvalidArgument',
        'ResourceNotFoundException',
        undefined,
      ]);
      expect(await receive()).toHaveLength(1);
    });

    it('refuses more than ten entries, and more than 1 MiB', async () => {
      const invalid = { name: 'ValidationException' };
      await expect(putEvents(...Array.from({ length: 11 }, () => anEntry()))).rejects.toMatchObject(invalid);
      const large = anEntry({ Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) });
      await expect(putEvents(large, large)).rejects.toMatchObject(invalid);
      expect(await receive()).toEqual([]);
    });
  });
});
