/** What measured processes need around them: engines of AWS, a receiver, webhooks that lead to it, and their environments. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LOCAL_STAGE, type LocalAws, localClientSettings, startLocalAws } from '../../local/aws/local-aws.ts';
import { connectWebhook, type WebhookStores } from '../../local/connect-webhook.ts';
import {
  apiEnvironment,
  dispatchEnvironment,
  type LocalReach,
  reconcileEnvironment,
  sendEnvironment,
} from '../../local/functions/environments.ts';
import { environmentOf } from '../../local/functions/function-host.ts';
import { LOCAL_ALLOWED_CIDRS } from '../../local/local-system.ts';
import { makeReceiverCertificate } from '../../local/receiver/certificate.ts';
import { createDynamoManifestSchedules } from '../../shared/delivery/manifest-schedules.dynamo.ts';
import { parseCidrList } from '../../shared/http/address.ts';
import { secretPrefix } from '../../shared/topology/physical-names.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { type RecordingReceiver, startRecordingReceiver } from '../receiver-process.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { makeMeasuredProcess } from './bundles.ts';
import type { Way } from './measured-child.ts';

export type Environments = Readonly<Record<string, NodeJS.ProcessEnv>>;

export interface Workbench {
  readonly folder: string;
  readonly aws: LocalAws;
  readonly receiver: RecordingReceiver;
  readonly stores: WebhookStores;
  /** One for each of the receiver's ports, of one tenant. */
  readonly webhooks: readonly Webhook[];
  /** Of each function by its folder. */
  readonly environments: Environments;
  /** The file of a measured process, and what all of them are given. */
  readonly entry: string;
  readonly way: Pick<Way, 'urls' | 'ca' | 'tables'>;
  /** Called at the end, the last first. */
  readonly stops: (() => unknown)[];
}

/** The path of every webhook. The receiver knows it as the tenant's. */
export const TENANT = 'tenant-bench';

export async function withWorkbench<Result>(
  hosts: number,
  use: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  const { path: folder, remove } = makeTemporaryFolder('thalian-bench-');
  const stops: (() => unknown)[] = [remove];
  try {
    const aws = await startLocalAws(0, { threads: 'apart' });
    stops.push(aws.stop);
    const certificate = await makeReceiverCertificate();
    const receiver = await startRecordingReceiver(certificate, hosts);
    stops.push(receiver.stop);
    const reach = { allowedCidrs: LOCAL_ALLOWED_CIDRS, extraCaPem: certificate.cert };
    const { stores, close } = storesOf(aws);
    stops.push(close);
    const webhooks = await connectAll(stores, receiver.urls);
    const urls = Object.fromEntries(webhooks.map(({ webhookId, url }) => [webhookId, url]));
    const way = { urls, ca: certificate.cert, tables: aws.tables };
    return await use({
      folder,
      aws,
      receiver,
      stores,
      webhooks,
      environments: environmentsOf(aws, reach, folder),
      entry: await makeMeasuredProcess(folder),
      way,
      stops,
    });
  } finally {
    for (const stop of stops.reverse()) {
      await stop();
    }
  }
}

function storesOf(aws: LocalAws) {
  const settings = localClientSettings(aws.endpointUrl);
  const dynamo = new DynamoDBClient(settings);
  const secretsManager = new SecretsManagerClient(settings);
  const stores = {
    webhooks: createDynamoWebhookStore(dynamo, aws.tables.config),
    manifests: createDynamoManifestSchedules(dynamo, aws.tables.deliveryLog),
    secrets: createSecretsManagerSecretStore(secretsManager, secretPrefix(LOCAL_STAGE)),
  };
  const close = () => {
    dynamo.destroy();
    secretsManager.destroy();
  };
  return { stores, close };
}

async function connectAll(stores: WebhookStores, urls: readonly string[]): Promise<readonly Webhook[]> {
  const rules = { allowedCidrs: parseCidrList(LOCAL_ALLOWED_CIDRS), ownHosts: [] };
  const webhooks: Webhook[] = [];
  for (const [index, url] of urls.entries()) {
    const wanted = {
      tenantId: TENANT,
      webhookId: `wh_bench_${index}`,
      name: `Receiver ${index}`,
      url: `${url}/${TENANT}`,
      signing: 'generate',
      headers: {},
      alerts: { enabled: true, minSeverity: 'info' },
    } as const;
    const connected = await connectWebhook(stores, rules, wanted, 'bench');
    if (connected.kind === 'refused') {
      throw new Error(`The webhook of ${url} was refused: ${connected.because}`);
    }
    webhooks.push(connected.webhook);
  }
  return webhooks;
}

function environmentsOf(aws: LocalAws, reach: LocalReach, logsFolder: string): Environments {
  const inside = { ...aws, queues: aws.direct.queues };
  const environments = {
    dispatch: dispatchEnvironment(inside),
    send: sendEnvironment(inside, reach),
    reconcile: reconcileEnvironment(inside),
    api: apiEnvironment(inside, reach, { cursorKeySecret: 'unused' }),
  };
  const { endpointUrl, direct } = aws;
  return Object.fromEntries(
    Object.entries(environments).map(([folder, environment]) => [
      folder,
      environmentOf({ folder, environment, endpointUrl, direct, logsFolder, onLine: () => {} }),
    ]),
  );
}
