/**
 * What a delivery costs: CPU time of the real, bundled `send` beside a bare POST and beside the obvious way, in turns within
 * one run; and what the functions' bundles weigh and take to load. DynamoDB and SQS are engines on this machine, over
 * plain HTTP; receivers are reached over verified TLS.
 */
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LOCAL_STAGE, type LocalAws, localClientSettings, startLocalAws } from '../local/aws/local-aws.ts';
import { connectWebhook } from '../local/connect-webhook.ts';
import {
  apiEnvironment,
  dispatchEnvironment,
  type LocalReach,
  reconcileEnvironment,
  sendEnvironment,
} from '../local/functions/environments.ts';
import { environmentOf } from '../local/functions/function-host.ts';
import { LOCAL_ALLOWED_CIDRS } from '../local/local-system.ts';
import { makeReceiverCertificate } from '../local/receiver/certificate.ts';
import { parseCidrList } from '../shared/http/address.ts';
import { secretPrefix } from '../shared/topology/physical-names.ts';
import { createSecretsManagerSecretStore } from '../shared/webhook/secret-store.secrets-manager.ts';
import type { Webhook } from '../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../shared/webhook/webhook-store.dynamo.ts';
import { type OtherCommit, withCommit } from './other-commit.ts';
import { startRecordingReceiver } from './receiver-process.ts';
import { type Bundle, EMPTY, makeBundle, namesOfFunctions } from './send/bundles.ts';
import { madeBodies, makeBatches } from './send/delivery-bodies.ts';
import { loadMillis } from './send/load-times.ts';
import { thisMachine } from './send/machine.ts';
import { type MeasuredChild, startMeasuredChild, type Way } from './send/measured-child.ts';
import { ratioOf, spreadOf } from './send/ratios.ts';
import type { BundleResult, ScenarioResult, SendResults, Subject } from './send/results.ts';
import { asLines } from './send/results-table.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface SendOptions {
  readonly rounds?: number;
  /** A commit whose `send` is measured in the same rounds. */
  readonly against?: string | undefined;
}

const ROUNDS = 7;
/** Until the code of all ways is compiled by its last compiler. */
const WARM_UP_DELIVERIES = 1_500;
/** Before each measurement: connections that idled meanwhile are opened again. */
const WARM_UP_BATCHES = 3;
/** A bare POST takes so little that CPU clocks, which may tick every 10 ms, need more of them. */
const DELIVERIES: Readonly<Record<Subject, number>> = { bare: 1_500, send: 300, obvious: 300, against: 300 };
const HOSTS = 10;
const SCENARIOS = [
  { batchSize: 10, hosts: 1 },
  { batchSize: 10, hosts: HOSTS },
  { batchSize: 1, hosts: 1 },
  { batchSize: 1, hosts: HOSTS },
] as const;

const PROJECT = join(import.meta.dirname, '..');

export async function measureSend(options: SendOptions = {}): Promise<SendResults> {
  const { against } = options;
  return against === undefined ? measure(options) : withCommit(against, (other) => measure(options, other));
}

export async function showSend(options: SendOptions): Promise<SendResults> {
  const results = await measureSend(options);
  for (const line of asLines(results)) {
    console.log(`  ${line}`);
  }
  return results;
}

async function measure({ rounds = ROUNDS }: SendOptions, other?: OtherCommit): Promise<SendResults> {
  const machine = thisMachine();
  const { path: folder, remove } = makeTemporaryFolder('thalian-bench-');
  const stops: (() => unknown)[] = [remove];
  try {
    const aws = await startLocalAws(0, { threads: 'apart' });
    stops.push(aws.stop);
    const certificate = await makeReceiverCertificate();
    const receiver = await startRecordingReceiver(certificate, HOSTS);
    stops.push(receiver.stop);
    const reach = { allowedCidrs: LOCAL_ALLOWED_CIDRS, extraCaPem: certificate.cert };
    const webhooks = await connectAll(aws, receiver.urls);
    const bundles = await makeBundles(PROJECT, join(folder, 'here'));
    const otherBundles = other && (await makeBundles(other.folder, join(folder, 'there')));
    const environments = environmentsOf(aws, reach, folder);
    const way = {
      urls: Object.fromEntries(webhooks.map(({ webhookId, url }) => [webhookId, url])),
      ca: certificate.cert,
      tables: aws.tables,
    };
    const children = await startWays(way, environments['send'] ?? {}, bundles, otherBundles);
    stops.push(...[...children.values()].map(({ stop }) => stop));
    const scenarios = await measureScenarios(children, webhooks, rounds);
    const arrived = await receiver.count();
    if (arrived !== madeBodies()) {
      throw new Error(`${arrived} of ${madeBodies()} findings arrived`);
    }
    return {
      takenAt: new Date().toISOString(),
      rounds,
      deliveriesPerRound: DELIVERIES.send,
      ...(other && { against: other.commit }),
      machine,
      scenarios,
      bundles: measureBundles(bundles, otherBundles, environments, rounds),
    };
  } finally {
    for (const stop of stops.reverse()) {
      await stop();
    }
  }
}

async function connectAll(aws: LocalAws, urls: readonly string[]): Promise<readonly Webhook[]> {
  const settings = localClientSettings(aws.endpointUrl);
  const dynamo = new DynamoDBClient(settings);
  const secretsManager = new SecretsManagerClient(settings);
  const stores = {
    webhooks: createDynamoWebhookStore(dynamo, aws.tables.config),
    secrets: createSecretsManagerSecretStore(secretsManager, secretPrefix(LOCAL_STAGE)),
  };
  const rules = { allowedCidrs: parseCidrList(LOCAL_ALLOWED_CIDRS), ownHosts: [] };
  const webhooks: Webhook[] = [];
  for (const [index, url] of urls.entries()) {
    const wanted = {
      tenantId: 'tenant-bench',
      webhookId: `wh_bench_${index}`,
      name: `Receiver ${index}`,
      url: `${url}/tenant-bench`,
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
  dynamo.destroy();
  secretsManager.destroy();
  return webhooks;
}

async function makeBundles(checkout: string, folder: string): Promise<ReadonlyMap<string, Bundle>> {
  const bundles = new Map<string, Bundle>();
  for (const name of [EMPTY, ...namesOfFunctions(checkout)]) {
    bundles.set(name, await makeBundle(checkout, name, folder));
  }
  return bundles;
}

type Environments = Readonly<Record<string, NodeJS.ProcessEnv>>;

function environmentsOf(aws: LocalAws, reach: LocalReach, logsFolder: string): Environments {
  const environments = {
    dispatch: dispatchEnvironment(aws),
    send: sendEnvironment(aws, reach),
    reconcile: reconcileEnvironment(aws),
    api: apiEnvironment(aws, reach, { cursorKeySecret: 'unused' }),
  };
  const { endpointUrl, direct } = aws;
  return Object.fromEntries(
    Object.entries(environments).map(([folder, environment]) => [
      folder,
      environmentOf({ folder, environment, endpointUrl, direct, logsFolder, onLine: () => {} }),
    ]),
  );
}

async function startWays(
  way: Omit<Way, 'kind' | 'bundle'>,
  environment: NodeJS.ProcessEnv,
  bundles: ReadonlyMap<string, Bundle>,
  otherBundles: ReadonlyMap<string, Bundle> | undefined,
): Promise<ReadonlyMap<Subject, MeasuredChild>> {
  const start = (kind: Way['kind'], bundle?: Bundle) =>
    startMeasuredChild({ ...way, kind, ...(bundle && { bundle: bundle.file }) }, environment);
  const children = new Map<Subject, MeasuredChild>();
  children.set('bare', await start('bare'));
  children.set('send', await start('send', bundles.get('send')));
  children.set('obvious', await start('obvious'));
  if (otherBundles !== undefined) {
    children.set('against', await start('send', otherBundles.get('send')));
  }
  return children;
}

async function measureScenarios(
  children: ReadonlyMap<Subject, MeasuredChild>,
  webhooks: readonly Webhook[],
  rounds: number,
): Promise<readonly ScenarioResult[]> {
  for (const [subject, child] of children) {
    console.error(`  warming up ${subject} ...`);
    await child.run({ warmUp: makeBatches(WARM_UP_DELIVERIES / HOSTS, HOSTS, webhooks), measured: [] });
  }
  const results: ScenarioResult[] = [];
  for (const { batchSize, hosts } of SCENARIOS) {
    console.error(`  batches of ${batchSize}, ${hosts} hosts ...`);
    const taken = new Map<Subject, number[]>([...children.keys()].map((subject) => [subject, []]));
    const some = webhooks.slice(0, hosts);
    for (let round = 0; round < rounds; round += 1) {
      for (const [subject, child] of rotated([...children], round)) {
        const warmUp = makeBatches(WARM_UP_BATCHES * (hosts / Math.min(hosts, batchSize)), batchSize, some);
        const measured = makeBatches(DELIVERIES[subject] / batchSize, batchSize, some);
        taken.get(subject)?.push((await child.run({ warmUp, measured })) / DELIVERIES[subject]);
      }
    }
    results.push(scenarioResult(batchSize, hosts, taken));
  }
  return results;
}

/** Each way is measured first, second and so on as often as the others: what ran before it may disturb it. */
function rotated<Value>(values: readonly Value[], by: number): readonly Value[] {
  const first = by % values.length;
  return [...values.slice(first), ...values.slice(0, first)];
}

function scenarioResult(
  batchSize: ScenarioResult['batchSize'],
  hosts: number,
  taken: ReadonlyMap<Subject, readonly number[]>,
): ScenarioResult {
  const { bare = [], send = [], against } = Object.fromEntries(taken);
  return {
    batchSize,
    hosts,
    millis: Object.fromEntries([...taken].map(([subject, values]) => [subject, spreadOf(values)])),
    timesBare: Object.fromEntries(
      [...taken].filter(([subject]) => subject !== 'bare').map(([subject, values]) => [subject, ratioOf(values, bare)]),
    ),
    ...(against && { timesAgainst: ratioOf(send, against) }),
  };
}

function measureBundles(
  bundles: ReadonlyMap<string, Bundle>,
  otherBundles: ReadonlyMap<string, Bundle> | undefined,
  environments: Environments,
  rounds: number,
): readonly BundleResult[] {
  console.error('  loading the bundles ...');
  const files = [...bundles.values(), ...(otherBundles?.values() ?? [])]
    .filter(({ name }) => name === EMPTY || environments[name] !== undefined)
    .map(({ name, file }) => ({ name, file, taken: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, file, taken } of files) {
      taken.push(loadMillis(file, environments[name] ?? environments['send'] ?? {}));
    }
  }
  const beyondEmpty = (file: string | undefined): readonly number[] | undefined => {
    const empty = files.find((one) => one.name === EMPTY)?.taken ?? [];
    return files.find((one) => one.file === file)?.taken.map((millis, round) => millis - (empty[round] ?? 0));
  };
  return [...bundles.values()].map(({ name, file, bytes, parts }) => {
    const other = otherBundles?.get(name);
    const [load, otherLoad] = name === EMPTY ? [] : [beyondEmpty(file), beyondEmpty(other?.file)];
    return {
      name,
      bytes,
      parts,
      ...(load && { loadMillis: spreadOf(load) }),
      ...(other && {
        against: {
          bytes: other.bytes,
          timesBytes: bytes / other.bytes,
          ...(load && otherLoad && { timesLoad: ratioOf(load, otherLoad) }),
        },
      }),
    };
  });
}
