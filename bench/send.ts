/**
 * What a delivery costs: CPU time of the real, bundled `send` beside a bare POST and beside the obvious way, in turns within
 * one run; and what the functions' bundles weigh and take to load. DynamoDB and SQS are engines on this machine, over
 * plain HTTP; receivers are reached over verified TLS.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
/** Of each way in a round, in turns with the others: what disturbs the machine for a while disturbs all of them. */
const SLICES = 6;
/**
 * Until all code is compiled by V8's last compiler: after 3,000 a delivery by `send` took half as much again as after 10,000. Each later
 * scenario takes some more ways through it.
 */
const FIRST_WARM_UP_DELIVERIES = 12_000;
const WARM_UP_DELIVERIES = 3_000;
/** Before each slice: connections that idled meanwhile are opened again. */
const WARM_UP_BATCHES = 3;
const HOSTS = 10;
/** `deliveries`: of each way in a slice. */
const SCENARIOS: readonly Scenario[] = [
  { batchSize: 10, hosts: 1, deliveries: 400 },
  { batchSize: 10, hosts: HOSTS, deliveries: 400 },
  { batchSize: 1, hosts: 1, deliveries: 100 },
  { batchSize: 1, hosts: HOSTS, deliveries: 100 },
  { batchSize: 1, hosts: 1, perSecond: 50, deliveries: 50 },
];

type Scenario = Pick<ScenarioResult, 'batchSize' | 'hosts' | 'perSecond' | 'deliveries'>;

type Children = ReadonlyMap<Subject, MeasuredChild>;

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
): Promise<Children> {
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
  children: Children,
  webhooks: readonly Webhook[],
  rounds: number,
): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of SCENARIOS) {
    const { batchSize, hosts, perSecond } = scenario;
    console.error(`  batches of ${batchSize}, ${hosts} hosts${perSecond ? `, ${perSecond} a second` : ''} ...`);
    const some = webhooks.slice(0, hosts);
    const deliveries = results.length === 0 ? FIRST_WARM_UP_DELIVERIES : WARM_UP_DELIVERIES;
    const warmUp = () => makeBatches(deliveries / batchSize, batchSize, some);
    await Promise.all([...children.values()].map((child) => child.run({ warmUp: warmUp(), measured: [] })));
    const taken = new Map<Subject, number[]>([...children.keys()].map((subject) => [subject, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [subject, millis] of await measureRound(children, scenario, some, round)) {
        taken.get(subject)?.push(millis);
      }
    }
    results.push(scenarioResult(scenario, taken));
  }
  return results;
}

/** CPU milliseconds of a delivery. */
async function measureRound(
  children: Children,
  { batchSize, hosts, perSecond, deliveries }: Scenario,
  webhooks: readonly Webhook[],
  round: number,
): Promise<ReadonlyMap<Subject, number>> {
  const millis = new Map<Subject, number>();
  const measure = async ([subject, child]: readonly [Subject, MeasuredChild], everyMillis?: number) => {
    const warmUp = makeBatches(WARM_UP_BATCHES * (hosts / Math.min(hosts, batchSize)), batchSize, webhooks);
    const measured = makeBatches(deliveries / batchSize, batchSize, webhooks);
    const { cpuMillis } = await child.run({ warmUp, measured, ...(everyMillis && { everyMillis }) });
    millis.set(subject, (millis.get(subject) ?? 0) + cpuMillis / (SLICES * deliveries));
  };
  for (let slice = 0; slice < SLICES; slice += 1) {
    const inTurns = rotated([...children], round * SLICES + slice);
    if (perSecond === undefined) {
      for (const each of inTurns) {
        await measure(each);
      }
    } else {
      const everyMillis = 1_000 / perSecond;
      // All at once, one a little after the other: between two of its batches each waits most of the time.
      const begun = inTurns.map(async (each, place) => {
        await pause((place * everyMillis) / inTurns.length);
        await measure(each, everyMillis);
      });
      await Promise.all(begun);
    }
  }
  return millis;
}

function scenarioResult(scenario: Scenario, taken: ReadonlyMap<Subject, readonly number[]>): ScenarioResult {
  const { bare = [], send = [], against } = Object.fromEntries(taken);
  return {
    ...scenario,
    deliveries: SLICES * scenario.deliveries,
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
