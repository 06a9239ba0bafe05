/**
 * What a delivery costs: CPU time of the real, bundled `send` beside a bare POST and beside the obvious way, in turns within
 * one run; and what the functions' bundles weigh and take to load. DynamoDB and SQS are engines on this machine, over
 * plain HTTP; receivers are reached over verified TLS.
 */
import { join } from 'node:path';
import type { Webhook } from '../shared/webhook/webhook.ts';
import type { OtherCommit } from './other-commit.ts';
import { rotated } from './rotated.ts';
import { type Bundle, EMPTY, makeBundle, namesOfFunctions } from './send/bundles.ts';
import { madeBodies, makeBatches } from './send/delivery-bodies.ts';
import { loadMillis } from './send/load-times.ts';
import { type MeasuredChild, startMeasuredChild, type Way } from './send/measured-child.ts';
import { ratioOf, spreadOf } from './send/ratios.ts';
import type { BundleResult, ScenarioResult, SendResults, Subject } from './send/results.ts';
import { type Environments, withWorkbench } from './send/workbench.ts';

export interface SendOptions {
  readonly rounds?: number;
  /** A commit whose `send` is measured in the same rounds. */
  readonly other?: OtherCommit | undefined;
}

const ROUNDS = 7;
/**
 * Of each scenario, because each takes other ways through the code: until all of it is compiled by V8's last compiler, or nearly. The
 * threads of that compiler took a tenth of what was measured after one warm-up of 1,500 for all scenarios.
 */
const WARM_UP_DELIVERIES = 3_000;
/** Before each measurement: connections that idled meanwhile are opened again. */
const WARM_UP_BATCHES = 3;
/** A bare POST takes so little that a round of as many would be over before the machine is its usual self. */
const DELIVERIES: Readonly<Record<Subject, number>> = { bare: 4_500, send: 300, obvious: 300, against: 300 };
const HOSTS = 10;
const SCENARIOS = [
  { batchSize: 10, hosts: 1 },
  { batchSize: 10, hosts: HOSTS },
  { batchSize: 1, hosts: 1 },
  { batchSize: 1, hosts: HOSTS },
] as const;

const PROJECT = join(import.meta.dirname, '..');

export async function measureSend({ rounds = ROUNDS, other }: SendOptions = {}): Promise<SendResults> {
  return withWorkbench(HOSTS, async ({ folder, receiver, webhooks, environments, entry, way, stops }) => {
    const before = madeBodies();
    const bundles = await makeBundles(PROJECT, join(folder, 'here'));
    const otherBundles = other && (await makeBundles(other.folder, join(folder, 'there')));
    const children = await startWays(entry, way, environments['send'] ?? {}, bundles, otherBundles);
    stops.push(...[...children.values()].map(({ stop }) => stop));
    const scenarios = await measureScenarios(children, webhooks, rounds);
    const [arrived, made] = [await receiver.count(), madeBodies() - before];
    if (arrived !== made) {
      throw new Error(`${arrived} of ${made} findings arrived`);
    }
    return {
      rounds,
      deliveriesPerRound: DELIVERIES.send,
      scenarios,
      bundles: measureBundles(bundles, otherBundles, environments, rounds),
    };
  });
}

async function makeBundles(checkout: string, folder: string): Promise<ReadonlyMap<string, Bundle>> {
  const bundles = new Map<string, Bundle>();
  for (const name of [EMPTY, ...namesOfFunctions(checkout)]) {
    bundles.set(name, await makeBundle(checkout, name, folder));
  }
  return bundles;
}

async function startWays(
  entry: string,
  way: Omit<Way, 'kind' | 'bundle'>,
  environment: NodeJS.ProcessEnv,
  bundles: ReadonlyMap<string, Bundle>,
  otherBundles: ReadonlyMap<string, Bundle> | undefined,
): Promise<ReadonlyMap<Subject, MeasuredChild>> {
  const queueUrl = environment['DELIVERY_QUEUE_URL'] ?? '';
  const startSend = (file = '') =>
    startMeasuredChild(entry, { ...way, kind: 'bundle', bundle: { file, queueUrl } }, environment);
  const children = new Map<Subject, MeasuredChild>();
  children.set('bare', await startMeasuredChild(entry, { ...way, kind: 'bare' }, environment));
  children.set('send', await startSend(bundles.get('send')?.file));
  children.set('obvious', await startMeasuredChild(entry, { ...way, kind: 'obvious' }, environment));
  if (otherBundles !== undefined) {
    children.set('against', await startSend(otherBundles.get('send')?.file));
  }
  return children;
}

async function measureScenarios(
  children: ReadonlyMap<Subject, MeasuredChild>,
  webhooks: readonly Webhook[],
  rounds: number,
): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const { batchSize, hosts } of SCENARIOS) {
    console.error(`  batches of ${batchSize}, ${hosts} hosts ...`);
    const taken = new Map<Subject, number[]>([...children.keys()].map((subject) => [subject, []]));
    const some = webhooks.slice(0, hosts);
    for (const child of children.values()) {
      await child.run({ warmUp: makeBatches(WARM_UP_DELIVERIES / batchSize, batchSize, some), measured: [] });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [subject, child] of rotated([...children], round)) {
        const warmUp = makeBatches(WARM_UP_BATCHES * (hosts / Math.min(hosts, batchSize)), batchSize, some);
        const measured = makeBatches(DELIVERIES[subject] / batchSize, batchSize, some);
        const { cpuMillis } = await child.run({ warmUp, measured });
        taken.get(subject)?.push(cpuMillis / DELIVERIES[subject]);
      }
    }
    results.push(scenarioResult(batchSize, hosts, taken));
  }
  return results;
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
