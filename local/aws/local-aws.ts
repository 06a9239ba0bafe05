/** All of AWS that the service needs, on one loopback endpoint, with the topology's tables, queues and bus in it. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { MAX_RECEIVES, QUEUES, type QueueName } from '../../shared/topology/queues.ts';
import { CONFIG_TABLE, DELIVERY_LOG, type KeyAttribute, type TableShape } from '../../shared/topology/tables.ts';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import { startInThread, type ThreadedEngine, type ThreadTask } from './engine-threads.ts';
import { type FrontDoorHooks, startFrontDoor } from './front-door.ts';
import { startSqsEngine } from './sqs-engine.ts';

export const LOCAL_STAGE = 'local';

export const LOCAL_REGION = 'us-east-1';

/** fauxqs knows no other; no real account has it. */
export const LOCAL_ACCOUNT = '000000000000';

/** Nothing checks them, but every AWS client insists on having some. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Where the service's own parts reach AWS: straight at the engines, unless something stands between. */
export interface DirectWays {
  readonly dynamoDbUrl: string;
  readonly sqsUrl: string;
  /** The same queues, by URLs that lead to `sqsUrl`. */
  readonly queues: Readonly<Record<QueueName, string>>;
}

export interface LocalAws {
  readonly endpointUrl: string;
  readonly findingsBus: string;
  readonly tables: { readonly config: string; readonly deliveryLog: string };
  /** The queues' URLs. */
  readonly queues: Readonly<Record<QueueName, string>>;
  readonly direct: DirectWays;
  /** Resolves if a part ends without being stopped: with what is lost and what to do. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}

/** The hooks are for tests that make it harder than it is: left out, everything is as in production. */
export interface LocalAwsOptions extends FrontDoorHooks {
  /** Of every queue, so that what a killed worker had in hand comes back while a person is watching. */
  readonly visibilitySeconds?: number;
  /**
   * `apart`: each engine and the gateway in a thread of its own; with a hook the gateway stays in the caller's.
   * `together`, the default: all in the caller's thread, which starts at once, for a test.
   */
  readonly threads?: 'together' | 'apart';
}

/** What an AWS client is constructed with to talk to a local endpoint. */
export function localClientSettings(endpointUrl: string) {
  return { endpoint: endpointUrl, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
}

/** `port` 0 takes a free one. */
export async function startLocalAws(port: number, options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { wrapEngine, secretsManagerNow, visibilitySeconds, threads = 'together' } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) {
      await stopOne();
    }
  };
  const begin = async (starting: Promise<ThreadedEngine>) => {
    const started = await starting;
    stops.push(started.stop);
    return started;
  };
  const startOne = threads === 'apart' ? startInThread : startHere;
  try {
    const engines = [
      begin(startOne({ part: 'dynamodb' })),
      begin(startOne({ part: 'sqs', region: LOCAL_REGION })),
    ] as const;
    // Only what has started can be stopped: if one fails, the other is waited for.
    await Promise.allSettled(engines);
    const [dynamoDb, sqs] = await Promise.all(engines);
    const findingsBus = physicalName(LOCAL_STAGE, 'findings');
    const task = {
      part: 'front-door',
      settings: {
        port,
        account: LOCAL_ACCOUNT,
        region: LOCAL_REGION,
        busName: findingsBus,
        archiveName: physicalName(LOCAL_STAGE, 'findings'),
        replayRule: physicalName(LOCAL_STAGE, 'replayed'),
        findingsQueue: physicalName(LOCAL_STAGE, 'findings'),
        mailsQueue: physicalName(LOCAL_STAGE, 'mails'),
        replayedQueue: physicalName(LOCAL_STAGE, 'replayed'),
        dynamoDbOrigin: dynamoDb.origin,
        sqsOrigin: sqs.origin,
      },
    } as const;
    const isHooked = wrapEngine !== undefined || secretsManagerNow !== undefined;
    const frontDoor = await begin(isHooked ? startHere(task, options) : startOne(task));
    const endpointUrl = frontDoor.origin;
    const queues = await createQueues(endpointUrl, visibilitySeconds);
    const isDirect = threads === 'apart' && wrapEngine === undefined;
    return {
      endpointUrl,
      findingsBus,
      tables: await createTables(endpointUrl),
      queues,
      direct: isDirect
        ? { dynamoDbUrl: dynamoDb.origin, sqsUrl: sqs.origin, queues: atOrigin(queues, sqs.origin) }
        : { dynamoDbUrl: endpointUrl, sqsUrl: endpointUrl, queues },
      failure: Promise.race([dynamoDb, sqs, frontDoor].map(({ failure }) => failure)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startHere(task: ThreadTask, hooks: FrontDoorHooks = {}): Promise<ThreadedEngine> {
  const failure = new Promise<never>(() => {});
  switch (task.part) {
    case 'dynamodb':
      return { ...(await startDynamoDbEngine()), failure };
    case 'sqs':
      return { ...(await startSqsEngine(task.region)), failure };
    case 'front-door': {
      const { endpointUrl, stop } = await startFrontDoor(task.settings, hooks);
      return { origin: endpointUrl, stop, failure };
    }
  }
}

function atOrigin(queues: LocalAws['queues'], origin: string): LocalAws['queues'] {
  const urls = Object.entries(queues).map(([name, url]) => [name, `${origin}${new URL(url).pathname}`]);
  return Object.fromEntries(urls) as LocalAws['queues'];
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
