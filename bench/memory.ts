/**
 * How much memory the bundled `send` takes under large responses and slow receivers, and `dispatch` where one finding goes
 * to a thousand webhooks: the peak of a fresh process as a multiple of the idle one, and of one that only POSTs.
 */
import { join } from 'node:path';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localClientSettings } from '../local/aws/local-aws.ts';
import { SAMPLE_FINDING } from '../shared/finding/sample-finding.ts';
import { parseTenantId, parseWebhookId } from '../shared/runtime/ids.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../shared/topology/findings-source.ts';
import type { Webhook } from '../shared/webhook/webhook.ts';
import type { Misbehaviour } from './receiver-process.ts';
import type { MemoryResult } from './results.ts';
import { makeBundle } from './send/bundles.ts';
import { madeBodies, makeBatches } from './send/delivery-bodies.ts';
import { type MemoryUse, startMeasuredChild, type Way } from './send/measured-child.ts';
import { memoryResults, type WatchedProcess } from './send/memory-results.ts';
import { type Workbench, withWorkbench } from './send/workbench.ts';

const ROUNDS = 3;
const PROJECT = join(import.meta.dirname, '..');
const HOSTS = 10;
const BATCH_SIZE = 10;
const FAN_OUT = 1_000;
const FINDINGS = 5;
const SEEDED_AT_ONCE = 20;

interface Receivers {
  readonly under: string;
  /** The path of their webhooks, by which the receiver knows them. */
  readonly path: string;
  readonly way?: Misbehaviour;
  readonly status: number;
  readonly batches: number;
}

const RECEIVERS: readonly Receivers[] = [
  { under: 'quick receivers', path: 'quick', status: 204, batches: 30 },
  { under: 'errors of 64 KB', path: 'large', way: 'fails at length', status: 500, batches: 30 },
  { under: 'responses after 1 s', path: 'slow', way: { respondsAfterMillis: 1_000 }, status: 204, batches: 4 },
];

export interface MemoryOptions {
  readonly rounds?: number;
}

/** One process to be watched, from its start. */
interface Subject extends Pick<WatchedProcess, 'process' | 'under' | 'bareUnder'> {
  readonly way: Way;
  readonly environment: NodeJS.ProcessEnv;
  readonly batches: () => readonly (readonly string[])[];
}

export async function measureMemory({ rounds = ROUNDS }: MemoryOptions = {}): Promise<readonly MemoryResult[]> {
  return withWorkbench(HOSTS, async (bench) => {
    const before = madeBodies();
    const subjects = [...(await senders(bench)), ...(await dispatchers(bench))];
    const watched = subjects.map(({ process, under, bareUnder }) => ({
      process,
      under,
      bareUnder,
      taken: [] as MemoryUse[],
    }));
    for (let round = 0; round < rounds; round += 1) {
      console.error(`  round ${round + 1} of ${rounds} ...`);
      for (const [index, subject] of subjects.entries()) {
        watched[index]?.taken.push(await watch(bench.entry, subject));
      }
    }
    const [arrived, made] = [await bench.receiver.count(), madeBodies() - before];
    if (arrived !== made) {
      throw new Error(`${arrived} of ${made} findings arrived`);
    }
    await expectQueued(bench, rounds * FINDINGS * (1 + FAN_OUT));
    return memoryResults(watched);
  });
}

async function watch(entry: string, { way, environment, batches }: Subject): Promise<MemoryUse> {
  const child = await startMeasuredChild(entry, { ...way, watchesMemory: true }, environment);
  try {
    const { memory } = await child.run({ warmUp: [], measured: batches() });
    if (memory === undefined) {
      throw new Error('The process has not watched its memory');
    }
    return memory;
  } finally {
    child.stop();
  }
}

/** By the retry queue: by the delivery queue a failing or slow webhook's delivery is sent on without an attempt. */
async function senders({
  folder,
  receiver,
  stores,
  webhooks,
  environments,
  way,
}: Workbench): Promise<readonly Subject[]> {
  const environment = environments['send'] ?? {};
  const { file } = await makeBundle(PROJECT, 'send', folder);
  const bundle = { file, queueUrl: environment['RETRY_QUEUE_URL'] ?? '' };
  const subjects: Subject[] = [];
  for (const { under, path, way: misbehaviour, status, batches: count } of RECEIVERS) {
    const theirs = webhooks.map((webhook, index) =>
      copyOf(webhook, { url: `${receiver.urls[index]}/${path}`, suffix: path }),
    );
    await seed(stores.webhooks, theirs);
    if (misbehaviour !== undefined) {
      receiver.misbehave([path], misbehaviour);
    }
    const urls = Object.fromEntries(theirs.map(({ webhookId, url }) => [webhookId, url]));
    const common = { under, bareUnder: under, environment, batches: () => makeBatches(count, BATCH_SIZE, theirs) };
    subjects.push(
      { ...common, process: 'bare', way: { ...way, kind: 'bare', urls, expects: status } },
      { ...common, process: 'send', way: { ...way, kind: 'bundle', urls, bundle } },
    );
  }
  return subjects;
}

async function dispatchers({ folder, stores, webhooks, environments, way }: Workbench): Promise<readonly Subject[]> {
  const environment = environments['dispatch'] ?? {};
  const { file } = await makeBundle(PROJECT, 'dispatch', folder);
  const bundle = { file, queueUrl: environment['FINDINGS_QUEUE_URL'] ?? '' };
  const subjects: Subject[] = [];
  for (const fanOut of [1, FAN_OUT]) {
    const tenantId = `tenant-of-${fanOut}`;
    const [webhook] = webhooks;
    if (webhook === undefined) {
      throw new Error('There is no webhook to copy');
    }
    // Straight into the table: the API has a limit for each tenant.
    await seed(
      stores.webhooks,
      Array.from({ length: fanOut }, (_, index) => copyOf(webhook, { tenantId, suffix: String(index) })),
    );
    subjects.push({
      process: 'dispatch',
      under: fanOut === 1 ? 'one webhook' : `one finding to ${fanOut.toLocaleString('en-US')} webhooks`,
      bareUnder: RECEIVERS[0]?.under ?? '',
      way: { ...way, kind: 'bundle', bundle },
      environment,
      batches: () => Array.from({ length: FINDINGS }, (_, index) => [findingEvent(tenantId, index)]),
    });
  }
  return subjects;
}

function copyOf(webhook: Webhook, to: { tenantId?: string; url?: string; suffix: string }): Webhook {
  const tenantId = parseTenantId(to.tenantId ?? webhook.tenantId);
  const webhookId = parseWebhookId(`${webhook.webhookId}_${to.suffix}`);
  if (tenantId === undefined || webhookId === undefined) {
    throw new Error(`${to.suffix} makes no id`);
  }
  return { ...webhook, tenantId, webhookId, url: to.url ?? webhook.url };
}

async function seed(store: Workbench['stores']['webhooks'], webhooks: readonly Webhook[]): Promise<void> {
  for (let first = 0; first < webhooks.length; first += SEEDED_AT_ONCE) {
    const some = webhooks.slice(first, first + SEEDED_AT_ONCE);
    await Promise.all(some.map((webhook) => store.add(webhook.tenantId, webhook)));
  }
}

function findingEvent(tenantId: string, index: number): string {
  return JSON.stringify({
    version: '0',
    id: `event-${index}`,
    source: FINDING_SOURCE,
    'detail-type': FINDING_DETAIL_TYPE,
    time: new Date().toISOString(),
    detail: { tenantId, finding: { ...SAMPLE_FINDING, id: `fnd_fan_out_${index}` } },
  });
}

/** So that no figure is of a fan-out that stopped half-way. */
async function expectQueued({ aws }: Workbench, deliveries: number): Promise<void> {
  const sqs = new SQSClient(localClientSettings(aws.endpointUrl));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: aws.queues.delivery, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  sqs.destroy();
  const queued = Number(Attributes?.['ApproximateNumberOfMessages']);
  if (queued !== deliveries) {
    throw new Error(`${queued} of ${deliveries} deliveries are on the queue`);
  }
}
