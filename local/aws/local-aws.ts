/** All of AWS that the service needs, on one loopback endpoint, with the topology's tables, queues and bus in it. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { MAX_RECEIVES, QUEUES, type QueueName } from '../../shared/topology/queues.ts';
import { CONFIG_TABLE, DELIVERY_LOG, type KeyAttribute, type TableShape } from '../../shared/topology/tables.ts';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import type { Engine } from './engine.ts';
import { createEventArchive } from './event-archive.ts';
import { createEventBridgeStandIn } from './eventbridge-stand-in.ts';
import { forwardTo } from './forward.ts';
import { type Service, startGateway } from './gateway.ts';
import { createSecretsManagerStandIn } from './secrets-manager-stand-in.ts';
import { startSqsEngine } from './sqs-engine.ts';

export const LOCAL_STAGE = 'local';

export const LOCAL_REGION = 'us-east-1';

/** fauxqs knows no other; no real account has it. */
export const LOCAL_ACCOUNT = '000000000000';

/** Nothing checks them, but every AWS client insists on having some. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface LocalAws {
  readonly endpointUrl: string;
  readonly findingsBus: string;
  readonly tables: { readonly config: string; readonly deliveryLog: string };
  /** The queues' URLs. */
  readonly queues: Readonly<Record<QueueName, string>>;
  stop(): Promise<void>;
}

/** For tests that make it harder than it is: left out, everything is as in production. */
export interface LocalAwsOptions {
  /** What stands between the clients and a service, such as one that injects faults. */
  readonly wrapEngine?: (service: Service, engine: Engine) => Engine;
  /** Of every queue, so that what a killed worker had in hand comes back while a person is watching. */
  readonly visibilitySeconds?: number;
  /** The age of a version counts by this clock; epoch milliseconds. */
  readonly secretsManagerNow?: () => number;
}

/** What an AWS client is constructed with to talk to a local endpoint. */
export function localClientSettings(endpointUrl: string) {
  return { endpoint: endpointUrl, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
}

/** `port` 0 takes a free one. */
export async function startLocalAws(port: number, options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { wrapEngine = (_service, engine) => engine, visibilitySeconds, secretsManagerNow } = options;
  const dynamoDb = await startDynamoDbEngine();
  const sqs = await startSqsEngine(LOCAL_REGION);
  const findingsBus = physicalName(LOCAL_STAGE, 'findings');
  // Straight to the engine: faults that a gateway injects are meant for clients, not for EventBridge's own delivery.
  const eventTarget = new SQSClient(localClientSettings(sqs.origin));
  const sendTo = (name: QueueName) => async (event: string) => {
    await eventTarget.send(new SendMessageCommand({ QueueUrl: queues[name], MessageBody: event }));
  };
  const bus = { account: LOCAL_ACCOUNT, region: LOCAL_REGION, busName: findingsBus };
  const archive = createEventArchive({
    ...bus,
    archiveName: physicalName(LOCAL_STAGE, 'findings'),
    ruleName: physicalName(LOCAL_STAGE, 'replayed'),
    target: sendTo('replayed'),
  });
  const eventBridge = createEventBridgeStandIn({ ...bus, target: sendTo('findings'), archive });
  const gateway = await startGateway(
    {
      dynamodb: wrapEngine('dynamodb', forwardTo(dynamoDb.origin)),
      sqs: wrapEngine('sqs', forwardTo(sqs.origin)),
      'secrets-manager': wrapEngine(
        'secrets-manager',
        createSecretsManagerStandIn(LOCAL_ACCOUNT, LOCAL_REGION, secretsManagerNow),
      ),
      eventbridge: wrapEngine('eventbridge', eventBridge),
    },
    port,
  ).catch(async (error: unknown) => {
    await Promise.all([dynamoDb.stop(), sqs.stop()]);
    throw error;
  });
  const queues = await createQueues(gateway.endpointUrl, visibilitySeconds);
  const tables = await createTables(gateway.endpointUrl);
  return {
    endpointUrl: gateway.endpointUrl,
    findingsBus,
    tables,
    queues,
    async stop() {
      eventTarget.destroy();
      await gateway.stop();
      await Promise.all([dynamoDb.stop(), sqs.stop()]);
    },
  };
}

export function queueArn(name: QueueName): string {
  return `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${physicalName(LOCAL_STAGE, name)}`;
}

const SECONDS_PER_DAY = 24 * 60 * 60;

async function createQueues(
  endpointUrl: string,
  visibilityOfAll: number | undefined,
): Promise<Readonly<Record<QueueName, string>>> {
  const client = new SQSClient(localClientSettings(endpointUrl));
  const names = Object.keys(QUEUES) as QueueName[];
  const created = await Promise.all(
    names.map(async (name) => {
      const { visibilitySeconds, retentionDays, deadLettersTo } = QUEUES[name];
      const redrivePolicy = deadLettersTo && {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(deadLettersTo), maxReceiveCount: MAX_RECEIVES }),
      };
      const Attributes = {
        VisibilityTimeout: String(visibilityOfAll ?? visibilitySeconds),
        MessageRetentionPeriod: String(retentionDays * SECONDS_PER_DAY),
        ...redrivePolicy,
      };
      const { QueueUrl } = await client.send(
        new CreateQueueCommand({ QueueName: physicalName(LOCAL_STAGE, name), Attributes }),
      );
      return [name, QueueUrl] as const;
    }),
  );
  client.destroy();
  return Object.fromEntries(created) as Record<QueueName, string>;
}

async function createTables(endpointUrl: string): Promise<LocalAws['tables']> {
  const client = new DynamoDBClient(localClientSettings(endpointUrl));
  const tables = {
    config: physicalName(LOCAL_STAGE, 'config'),
    deliveryLog: physicalName(LOCAL_STAGE, 'delivery-log'),
  };
  await client.send(createTableCommand(tables.config, CONFIG_TABLE));
  await client.send(createTableCommand(tables.deliveryLog, DELIVERY_LOG));
  client.destroy();
  return tables;
}

function createTableCommand(tableName: string, { partitionKey, sortKey, indexes }: TableShape): CreateTableCommand {
  const keyAttributes = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  return new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: keyAttributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.indexName,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      })),
    }),
  });
}

function keySchema(partitionKey: KeyAttribute, sortKey: KeyAttribute) {
  return [
    { AttributeName: partitionKey.name, KeyType: 'HASH' as const },
    { AttributeName: sortKey.name, KeyType: 'RANGE' as const },
  ];
}
