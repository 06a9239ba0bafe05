/** One run of the demo: connect webhooks, publish, wait until every delivery has ended, collect the evidence. */
import { setTimeout as pause } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { type ConnectedDemoWebhook, connectDemoWebhooks } from '../demo-webhooks.ts';
import type { LocalSystem } from '../local-system.ts';
import type { Evidence } from './compare-evidence.ts';
import { countMessages, peekDeadFindings, peekRedriveMessages, readDeliveryLog, readRows } from './evidence.ts';
import { type Expectation, predict, understandLine } from './expectation.ts';
import type { FindingLine } from './findings-file.ts';
import { type Progress, SILENT } from './progress.ts';
import { type PublishedLine, publishLines } from './publish.ts';
import { waitUntilEnded } from './wait-until-ended.ts';

export interface DemoRun {
  readonly webhooks: readonly ConnectedDemoWebhook[];
  readonly expectation: Expectation;
  readonly published: readonly PublishedLine[];
  /** How many of the expected deliveries had not ended when patience did; 0 if all is well. */
  readonly unended: number;
  readonly waitedMillis: number;
}

/** A delivery that exhausts its attempts takes about 10 s; the rest is for a slow machine. */
const BASE_PATIENCE_MILLIS = 60_000;
const PATIENCE_PER_DELIVERY_MILLIS = 50;

/** Redrive messages and dead letters follow the rows they belong to within moments. */
const QUEUES_PATIENCE_MILLIS = 10_000;

/** Something unexpected would come in late; a short last look is all that can be done about it. */
const LAST_LOOK_MILLIS = 500;

const LOOK_EVERY_MILLIS = 300;

/** Connects the demo's webhooks for every tenant that has a valid finding among the lines. */
export async function runDemo(
  system: LocalSystem,
  read: readonly FindingLine[],
  progress: Progress = SILENT,
): Promise<DemoRun> {
  const { description, receiver, stores, clients } = system;
  const lines = withTime(read, Date.now());
  const understood = lines.map((line) => understandLine(line, Date.now()));
  const tenants = new Set(understood.flatMap((line) => (line.kind === 'valid' ? [line.tenantId] : [])));
  const webhooks = new Map<TenantId, readonly ConnectedDemoWebhook[]>();
  for (const tenantId of tenants) {
    webhooks.set(tenantId, await connectDemoWebhooks(tenantId, stores, receiver));
  }
  const expectation = predict(understood, (tenantId) => webhooks.get(tenantId) ?? []);

  const startedAt = Date.now();
  const published = await publishLines(clients.eventBridge, description.findingsBus, lines, (count) =>
    progress.step(`published ${count} of ${lines.length} findings`),
  );
  progress.done(`published ${lines.length} findings`);
  const expected = expectation.deliveries.length;
  const describeEnded = (ended: number) =>
    `${ended} of ${expected} deliveries ended, ${receiver.requests.length} POSTs`;
  const unended = await waitUntilEnded(expectation.deliveries, {
    readRows: (deliveries) => readRows(clients.dynamo, description.tables.deliveryLog, deliveries),
    deadlineAt: Date.now() + BASE_PATIENCE_MILLIS + expected * PATIENCE_PER_DELIVERY_MILLIS,
    onLook: (ended) => progress.step(describeEnded(ended)),
  });
  progress.done(describeEnded(expected - unended));
  return {
    webhooks: [...webhooks.values()].flat(),
    expectation,
    published,
    unended,
    waitedMillis: Date.now() - startedAt,
  };
}

/** A finding without a usable time takes that of its event, so the event must have the one that is expected. In whole seconds, as EventBridge has them. */
function withTime(lines: readonly FindingLine[], nowMillis: number): readonly FindingLine[] {
  const now = `${new Date(nowMillis).toISOString().slice(0, '2026-11-23T10:00:00'.length)}Z`;
  return lines.map((line) => ({ time: now, ...line }));
}

export async function collectEvidence(
  system: LocalSystem,
  { expectation, published }: DemoRun,
  progress: Progress = SILENT,
): Promise<Evidence> {
  const { description, receiver, clients } = system;
  const { queues, tables } = description;
  const exhausted = expectation.deliveries.filter(({ end }) => end.reason === 'exhausted').length;
  await waitForMessages(expectation.rejected.length, clients.sqs, queues['findings-dlq']);
  await waitForMessages(exhausted, clients.sqs, queues['exhausted-deliveries']);
  await pause(LAST_LOOK_MILLIS);
  const evidence = {
    rows: await readDeliveryLog(clients.dynamo, tables.deliveryLog, (rows) => progress.step(`read ${rows} rows`)),
    requests: [...receiver.requests],
    deadFindings: await peekDeadFindings(clients.sqs, queues['findings-dlq']),
    redriveMessages: await peekRedriveMessages(clients.sqs, queues['exhausted-deliveries']),
    refusedLineNumbers: published
      .filter(({ refusedBecause }) => refusedBecause !== undefined)
      .map(({ lineNumber }) => lineNumber),
  };
  progress.done(`read the log (${evidence.rows.length} rows) and the queues`);
  return evidence;
}

/** Gives up after a while: that something is missing is for the comparison to say. */
async function waitForMessages(count: number, client: SQSClient, queueUrl: string): Promise<void> {
  const deadlineAt = Date.now() + QUEUES_PATIENCE_MILLIS;
  while ((await countMessages(client, queueUrl)) < count && Date.now() < deadlineAt) {
    await pause(LOOK_EVERY_MILLIS);
  }
}
