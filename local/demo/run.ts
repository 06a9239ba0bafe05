/** One run of the demo: connect webhooks, publish, wait until every delivery has ended, collect the evidence. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { type ConnectedDemoWebhook, connectDemoWebhooks } from '../demo-webhooks.ts';
import type { LocalSystem } from '../local-system.ts';
import type { Evidence } from './compare-evidence.ts';
import { peekDeadFindings, peekRedriveMessages, readDeliveryLog } from './evidence.ts';
import { type Expectation, predict, understandLine } from './expectation.ts';
import type { FindingLine } from './findings-file.ts';
import { type PublishedLine, publishLines } from './publish.ts';

export interface DemoRun {
  readonly webhooks: readonly ConnectedDemoWebhook[];
  readonly expectation: Expectation;
  readonly published: readonly PublishedLine[];
  /** How many of the expected deliveries had not ended when patience did; 0 if all is well. */
  readonly unended: number;
  readonly waitedMillis: number;
}

export interface Progress {
  readonly ended: number;
  readonly expected: number;
  readonly posts: number;
  readonly elapsedMillis: number;
}

/** A delivery that exhausts its attempts takes about 10 s; the rest is for a slow machine. */
const BASE_PATIENCE_MILLIS = 60_000;
const PATIENCE_PER_DELIVERY_MILLIS = 50;

/** Tickets and dead letters follow the rows they belong to within moments. */
const QUEUES_PATIENCE_MILLIS = 10_000;

/** What nobody expects would come in late; a short last look is all that can be done about it. */
const LAST_LOOK_MILLIS = 500;

const LOOK_EVERY_MILLIS = 300;

/** Connects the demo's webhooks for every tenant that has a valid finding among the lines. */
export async function runDemo(
  system: LocalSystem,
  lines: readonly FindingLine[],
  onProgress: (progress: Progress) => void,
): Promise<DemoRun> {
  const { description, receiver, stores, clients } = system;
  const understood = lines.map((line) => understandLine(line, Date.now()));
  const tenants = new Set(understood.flatMap((line) => (line.kind === 'valid' ? [line.tenantId] : [])));
  const webhooks = new Map<TenantId, readonly ConnectedDemoWebhook[]>();
  for (const tenantId of tenants) {
    webhooks.set(tenantId, await connectDemoWebhooks(tenantId, stores, receiver));
  }
  const expectation = predict(understood, (tenantId) => webhooks.get(tenantId) ?? []);

  const startedAt = Date.now();
  const published = await publishLines(clients.eventBridge, description.findingsBus, lines);
  const expected = expectation.deliveries.length;
  const patienceMillis = BASE_PATIENCE_MILLIS + expected * PATIENCE_PER_DELIVERY_MILLIS;
  let ended = 0;
  for (;;) {
    const rows = await readDeliveryLog(clients.dynamo, description.tables.deliveryLog);
    ended = countEnded(expectation, rows);
    const elapsedMillis = Date.now() - startedAt;
    onProgress({ ended, expected, posts: receiver.requests.length, elapsedMillis });
    if (ended === expected || elapsedMillis > patienceMillis) {
      break;
    }
    // A long log takes long to read; what is measured here must not be slowed down by looking.
    await pause(Math.max(LOOK_EVERY_MILLIS, (Date.now() - startedAt - elapsedMillis) * 2));
  }
  return {
    webhooks: [...webhooks.values()].flat(),
    expectation,
    published,
    unended: expected - ended,
    waitedMillis: Date.now() - startedAt,
  };
}

export async function collectEvidence(system: LocalSystem, { expectation, published }: DemoRun): Promise<Evidence> {
  const { description, receiver, clients } = system;
  const { queues, tables } = description;
  const exhausted = expectation.deliveries.filter(({ end }) => end.reason === 'exhausted').length;
  await readUntil(expectation.rejected.length, () => peekDeadFindings(clients.sqs, queues['findings-dlq']));
  await readUntil(exhausted, () => peekRedriveMessages(clients.sqs, queues['exhausted-deliveries']));
  await pause(LAST_LOOK_MILLIS);
  return {
    rows: await readDeliveryLog(clients.dynamo, tables.deliveryLog),
    requests: [...receiver.requests],
    deadFindings: await peekDeadFindings(clients.sqs, queues['findings-dlq']),
    redriveMessages: await peekRedriveMessages(clients.sqs, queues['exhausted-deliveries']),
    refusedLineNumbers: published
      .filter(({ refusedBecause }) => refusedBecause !== undefined)
      .map(({ lineNumber }) => lineNumber),
  };
}

function countEnded({ deliveries }: Expectation, rows: readonly DeliveryRow[]): number {
  const ended = new Set(rows.filter(({ status }) => status !== 'pending').map(({ deliveryId }) => deliveryId));
  return deliveries.filter(({ deliveryId }) => ended.has(deliveryId)).length;
}

/** Gives up after a while: that something is missing is the verdict's to say. */
async function readUntil(count: number, read: () => Promise<readonly unknown[]>): Promise<void> {
  const deadline = Date.now() + QUEUES_PATIENCE_MILLIS;
  while ((await read()).length < count && Date.now() < deadline) {
    await pause(LOOK_EVERY_MILLIS);
  }
}
