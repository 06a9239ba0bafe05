/** `npm run ops -- replay`: findings out of the archive, for deliveries that have no row. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { optional, readInstant, readTenantId, readWebhookId, required } from '../../local/command-line.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { createSqsDeliveryQueues } from '../../shared/delivery/delivery-queues.sqs.ts';
import { createDynamoEventList } from '../../shared/delivery/event-list.dynamo.ts';
import { oneLine } from '../../shared/finding/finding-words.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { DELIVERY_LOG_DAYS } from '../../shared/topology/tables.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { queueUrlOf, type StageResources } from '../stage-resources.ts';
import { type Archive, findArchive, replayArchive } from './archive-replay.ts';
import { APPLY, runCommand, theWebhook } from './command.ts';
import { createReplayPlan, type ReplayCount, type ReplayScope } from './replay-plan.ts';
import type { OpsSession } from './session.ts';

const USAGE = `npm run ops -- replay --from INSTANT --to INSTANT [--tenant T [--webhook W]] [--apply] [--stage S]

Reads the findings of that time out of the archive and delivers those of which the delivery log has no row: never sent, or
sent to a webhook that did not exist yet. What has a row is left to it: retry failed and held ones with npm run ops -- retry.
The alert rules and states of now decide. The findings are read either way; without --apply nothing is delivered.

  --from INSTANT  published at this instant or later (ISO 8601 with a zone), at most ${DELIVERY_LOG_DAYS} days ago
  --to INSTANT    … and at this instant at the latest; EventBridge archives within ten minutes
  --tenant T      only findings of this tenant
  --webhook W     only for this webhook, also what was published before it was connected
  --apply         deliver; without, the deliveries are only counted and the first ones shown
  --stage S       a stage in AWS; default: the running local system`;

const MILLIS_PER_DAY = 24 * 60 * 60 * 1000;

export function replay(args: readonly string[], session: OpsSession): Promise<void> {
  const options = {
    from: { type: 'string' },
    to: { type: 'string' },
    tenant: { type: 'string' },
    webhook: { type: 'string' },
    ...APPLY,
  } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const span = readSpan(required(readInstant, 'from', values.from), required(readInstant, 'to', values.to));
    const scope: ReplayScope = {
      tenantId: optional(readTenantId, 'tenant', values.tenant),
      webhookId: optional(readWebhookId, 'webhook', values.webhook),
      isApplied: values.apply,
    };
    if (scope.webhookId !== undefined && scope.tenantId === undefined) {
      throw new Error('--webhook needs --tenant: see --help.');
    }
    const resources = await connect();
    if (scope.tenantId !== undefined && scope.webhookId !== undefined) {
      await theWebhook(webhooksOf(resources), scope.tenantId, scope.webhookId);
    }
    const events = new EventBridgeClient(resources.clientSettings);
    const archive = await findArchive(events, resources.stageName);
    const count = await run({ events, archive, resources, scope, span, session });
    session.say(`${resources.stageName}: ${describe(count, scope)}`);
  });
}

function webhooksOf({ clientSettings, configTable }: StageResources) {
  return createDynamoWebhookStore(new DynamoDBClient(clientSettings), configTable);
}

interface Span {
  readonly from: Date;
  readonly to: Date;
}

interface Run {
  readonly events: EventBridgeClient;
  readonly archive: Archive;
  readonly resources: StageResources;
  readonly scope: ReplayScope;
  readonly span: Span;
  readonly session: OpsSession;
}

async function run({ events, archive, resources, scope, span, session }: Run): Promise<ReplayCount> {
  const { stageName, clientSettings, configTable, deliveryLog } = resources;
  const sqs = new SQSClient(clientSettings);
  const dynamo = new DynamoDBClient(clientSettings);
  const plan = createReplayPlan(scope, {
    webhooks: createDynamoWebhookStore(dynamo, configTable),
    log: createDynamoDeliveryLog(dynamo, deliveryLog),
    queues: createSqsDeliveryQueues(sqs, {
      delivery: await queueUrlOf(sqs, stageName, 'delivery'),
      retry: await queueUrlOf(sqs, stageName, 'retry'),
    }),
    events: createDynamoEventList(dynamo, deliveryLog),
    clock: systemClock,
    nowMillis: Date.now(),
    show: (line) => session.note(`  ${oneLine(line)}`),
  });
  const name = `replay-${randomBytes(8).toString('hex')}`;
  const queueUrl = await queueUrlOf(sqs, stageName, 'replayed');
  const signal = session.interruption();
  const replayed = { events, sqs, archive, name, ...span, queueUrl, signal, note: session.note };
  await replayArchive(replayed, plan.take);
  return plan.count();
}

function readSpan(fromText: string, toText: string): Span {
  const from = new Date(fromText);
  const to = new Date(toText);
  if (from >= to) {
    throw new Error('--from must be before --to.');
  }
  // Older findings may have been delivered, and no row says so any more.
  if (Date.now() - from.getTime() > DELIVERY_LOG_DAYS * MILLIS_PER_DAY) {
    throw new Error(`--from is at most ${DELIVERY_LOG_DAYS} days ago: the delivery log knows no more.`);
  }
  return { from, to };
}

function describe({ events, missing, refused, known, unreadable }: ReplayCount, { isApplied }: ReplayScope): string {
  return [
    `${events} findings replayed`,
    isApplied
      ? `${missing - refused} deliveries enqueued`
      : `${missing} deliveries would be made; add --apply to do it`,
    ...(refused > 0 ? [`${refused} not taken by their queue: run it again`] : []),
    ...(known > 0 ? [`${known} have a row and are left to it`] : []),
    ...(unreadable > 0 ? [`${unreadable} findings cannot be read: see npm run ops -- findings`] : []),
  ].join(', ');
}
