/** The whole service on one machine: AWS's part, both functions in processes of their own, and a receiver. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DispatchEnvironment } from '../functions/dispatch/env.ts';
import type { ReconcileEnvironment } from '../functions/reconcile/env.ts';
import type { SendEnvironment } from '../functions/send/env.ts';
import type { WebhookStores } from '../scripts/connect-webhook.ts';
import { createDynamoWebhookStore } from '../shared/adapters/dynamo-webhook-store.ts';
import { createSecretsManagerSecretStore } from '../shared/adapters/secrets-manager-secret-store.ts';
import { secretPrefix } from '../shared/topology/physical-names.ts';
import type { QueueName } from '../shared/topology/queues.ts';
import {
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  LOCAL_STAGE,
  type LocalAws,
  type LocalAwsOptions,
  localClientSettings,
  queueArn,
  startLocalAws,
} from './aws/local-aws.ts';
import { type RunningMapping, startMapping } from './functions/event-source-mapping.ts';
import { type FunctionSettings, type HostedFunction, hostFunction } from './functions/function-host.ts';
import { startSchedule } from './functions/schedule.ts';
import { makeReceiverCertificate } from './receiver/certificate.ts';
import { type DemoReceiver, type ReceivedRequest, startDemoReceiver } from './receiver/demo-receiver.ts';
import type { StackDescription } from './stack-file.ts';

export interface LocalSystemOptions {
  /** Of the AWS endpoint and of the receiver; 0 takes a free one. */
  readonly awsPort?: number;
  readonly receiverPort?: number;
  readonly logsFolder: string;
  readonly onRequest?: (request: ReceivedRequest) => void;
  /** Every line that a function logs. */
  readonly onFunctionLine?: (line: string) => void;
  readonly aws?: LocalAwsOptions;
}

export interface LocalClients {
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly eventBridge: EventBridgeClient;
}

export interface LocalSystem {
  readonly description: StackDescription;
  readonly receiver: DemoReceiver;
  readonly stores: WebhookStores;
  readonly clients: LocalClients;
  readonly functions: {
    readonly dispatch: HostedFunction;
    readonly send: HostedFunction;
    readonly reconcile: HostedFunction;
  };
  stop(): Promise<void>;
}

/** Where the local sender may go besides the public Internet; seeding goes by the same rule. */
export const LOCAL_ALLOWED_CIDRS = '127.0.0.0/8,::1/128';

/**
 * 1, 2 and 4 s where production waits 30 s, 2 min and 8 min: with jitter and SQS's whole seconds a delivery is
 * exhausted after about 10 s, short enough to watch. Production's factor of 4 would make it 25 s.
 */
const LOCAL_RETRY = { baseSeconds: 1, factor: 2 };

/** Invocations at once per mapping: few processors, but many receivers to wait for. */
const MAX_CONCURRENCY = 10;

/** Production's five minutes would be longer than anybody watches. */
const RECONCILE_EVERY_MILLIS = 30_000;

export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const stops: (() => Promise<void>)[] = [];
  // The last started stops first: functions before the queues they poll.
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) {
      await stopOne();
    }
  };
  const host = async (settings: FunctionSettings) => {
    const hosted = await hostFunction(settings);
    stops.push(hosted.stop);
    return hosted;
  };
  try {
    const certificate = await makeReceiverCertificate();
    const aws = await startLocalAws(options.awsPort ?? 0, options.aws);
    stops.push(aws.stop);
    const receiver = await startDemoReceiver({
      certificate,
      port: options.receiverPort ?? 0,
      onRequest: options.onRequest ?? (() => {}),
    });
    stops.push(receiver.stop);
    const common = {
      endpointUrl: aws.endpointUrl,
      logsFolder: options.logsFolder,
      onLine: options.onFunctionLine ?? (() => {}),
    };
    const dispatch = await host({ ...common, folder: 'dispatch', environment: dispatchEnvironment(aws) });
    const send = await host({ ...common, folder: 'send', environment: sendEnvironment(aws, certificate.cert) });
    const reconcile = await host({ ...common, folder: 'reconcile', environment: reconcileEnvironment(aws) });
    stops.push(startSchedule(reconcile, RECONCILE_EVERY_MILLIS));
    const settings = localClientSettings(aws.endpointUrl);
    const clients = {
      dynamo: new DynamoDBClient(settings),
      sqs: new SQSClient(settings),
      eventBridge: new EventBridgeClient(settings),
    };
    const mappings = [
      mapQueue(aws, 'findings', clients.sqs, dispatch),
      mapQueue(aws, 'delivery', clients.sqs, send),
      mapQueue(aws, 'retry', clients.sqs, send),
    ];
    // Together: an invocation under way ends when its process does, and what it answered is still deleted.
    stops.push(async () => {
      const settled = Promise.all(mappings.map((mapping) => mapping.stop()));
      await Promise.all([dispatch.stop(), send.stop()]);
      await settled;
    });
    return {
      description: {
        pid: process.pid,
        awsEndpointUrl: aws.endpointUrl,
        region: LOCAL_REGION,
        account: LOCAL_ACCOUNT,
        findingsBus: aws.findingsBus,
        tables: aws.tables,
        queues: aws.queues,
        receiverUrl: receiver.url,
        receiverCert: certificate.cert,
        receiverKey: certificate.key,
        logs: options.logsFolder,
      },
      receiver,
      stores: {
        webhooks: createDynamoWebhookStore(clients.dynamo, aws.tables.config),
        secrets: createSecretsManagerSecretStore(new SecretsManagerClient(settings), secretPrefix(LOCAL_STAGE)),
      },
      clients,
      functions: { dispatch, send, reconcile },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function mapQueue(aws: LocalAws, name: QueueName, client: SQSClient, hosted: HostedFunction): RunningMapping {
  const mapping = {
    arn: queueArn(name),
    region: LOCAL_REGION,
    queueUrl: aws.queues[name],
    maxConcurrency: MAX_CONCURRENCY,
  };
  return startMapping(mapping, {
    client,
    invoke: hosted.invoke,
    report: (problem, error) =>
      hosted.note(JSON.stringify({ level: 'ERROR', queue: name, problem, error: String(error) })),
  });
}

function dispatchEnvironment({ tables, queues }: LocalAws) {
  return {
    CONFIG_TABLE_NAME: tables.config,
    DELIVERY_QUEUE_URL: queues.delivery,
    RETRY_QUEUE_URL: queues.retry,
    FINDINGS_DLQ_URL: queues['findings-dlq'],
  } satisfies DispatchEnvironment;
}

function sendEnvironment({ tables, queues, findingsBus }: LocalAws, extraCaPem: string) {
  return {
    CONFIG_TABLE_NAME: tables.config,
    DELIVERY_LOG_NAME: tables.deliveryLog,
    RETRY_QUEUE_URL: queues.retry,
    EXHAUSTED_DELIVERIES_URL: queues['exhausted-deliveries'],
    POISON_QUEUE_URL: queues.poison,
    EVENT_BUS_NAME: findingsBus,
    RETRY_BASE_SECONDS: String(LOCAL_RETRY.baseSeconds),
    RETRY_FACTOR: String(LOCAL_RETRY.factor),
    ALLOWED_CIDRS: LOCAL_ALLOWED_CIDRS,
    EXTRA_CA_PEM: extraCaPem,
  } satisfies SendEnvironment;
}

function reconcileEnvironment({ tables, queues, findingsBus }: LocalAws) {
  return {
    DELIVERY_LOG_NAME: tables.deliveryLog,
    RETRY_QUEUE_URL: queues.retry,
    EXHAUSTED_DELIVERIES_URL: queues['exhausted-deliveries'],
    EVENT_BUS_NAME: findingsBus,
  } satisfies ReconcileEnvironment;
}
