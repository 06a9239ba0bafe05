/** `npm run ops -- retry`: what the card's retry does, for operators with the account's credentials. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type RetryDependencies, retryMany, retryOne } from '../../functions/api/deliveries/retry.ts';
import {
  optional,
  readDeliveryId,
  readInstant,
  readOneOf,
  readTenantId,
  readWebhookId,
  required,
} from '../../local/command-line.ts';
import type { BulkRetryRequest } from '../../shared/api/retry-requests.schema.ts';
import { createDynamoDeliveryHistory } from '../../shared/delivery/delivery-history.dynamo.ts';
import type { FailurePosition } from '../../shared/delivery/delivery-history.port.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { createSqsRetryQueue } from '../../shared/delivery/delivery-queues.sqs.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { queueUrlOf, type StageResources } from '../stage-resources.ts';
import { APPLY, runCommand, theWebhook } from './command.ts';
import type { OpsSession } from './session.ts';

const USAGE = `npm run ops -- retry --tenant T --webhook W (--delivery D | --status failed|held) [options]

  --delivery D     this one
  --status S       all failed ones, or all held ones
  --since INSTANT  … that became so at this instant or later (ISO 8601 with a zone)
  --until INSTANT  … before this instant
  --apply          retry; without, they are only counted
  --stage S        a stage in AWS; default: the running local system

The webhook must be enabled: what is retried while it is paused would be cancelled.`;

/** Of a page while counting. */
const PAGE = 100;

export function retry(args: readonly string[], session: OpsSession): Promise<void> {
  const options = {
    tenant: { type: 'string' },
    webhook: { type: 'string' },
    delivery: { type: 'string' },
    status: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    ...APPLY,
  } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const tenantId = required(readTenantId, 'tenant', values.tenant);
    const webhookId = required(readWebhookId, 'webhook', values.webhook);
    const deliveryId = optional(readDeliveryId, 'delivery', values.delivery);
    const status = optional(readStatus, 'status', values.status);
    const since = optional(readInstant, 'since', values.since);
    const until = optional(readInstant, 'until', values.until);
    const open = async () => {
      const deps = await dependencies(session, await connect());
      await theWebhook(deps.webhooks, tenantId, webhookId);
      return deps;
    };
    if (deliveryId !== undefined && status === undefined) {
      return one(await open(), session, tenantId, webhookId, deliveryId, values.apply);
    }
    if (status === undefined || deliveryId !== undefined) {
      throw new Error('Either --delivery or --status, and not both: see --help.');
    }
    const request = { status, ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
    return (values.apply ? many : count)(await open(), session, tenantId, webhookId, request);
  });
}

function readStatus(name: string, text: string): BulkRetryRequest['status'] {
  return readOneOf(name, text, ['failed', 'held']);
}

async function one(
  deps: RetryDependencies,
  { say }: OpsSession,
  tenantId: TenantId,
  webhookId: WebhookId,
  deliveryId: DeliveryId,
  isApplied: boolean,
): Promise<void> {
  const row = await deps.log.find(tenantId, webhookId, deliveryId);
  if (row === undefined) {
    throw new Error(`There is no delivery ${deliveryId} of this webhook.`);
  }
  if (!isApplied) {
    say(`${row.deliveryId} is ${row.status} after ${row.lastAttempt} attempts; add --apply to retry it.`);
    return;
  }
  const retried = await retryOne(deps, tenantId, webhookId, row.deliveryId);
  if (retried.kind === 'refused') {
    throw new Error(retried.problem.detail);
  }
  say(`${row.deliveryId} is on its way again.`);
}

async function many(
  deps: RetryDependencies,
  { say, note }: OpsSession,
  tenantId: TenantId,
  webhookId: WebhookId,
  request: BulkRetryRequest,
): Promise<void> {
  let retried = 0;
  let cursor: string | undefined;
  do {
    const page = await retryMany(deps, tenantId, webhookId, { ...request, ...(cursor && { cursor }) }, () => Infinity);
    if (page.kind === 'refused') {
      throw new Error(page.problem.detail);
    }
    retried += page.value.retried;
    cursor = page.value.nextCursor;
    note(`  ${retried} on their way again`);
  } while (cursor !== undefined);
  say(`${retried} deliveries are on their way again.`);
}

async function count(
  { history }: RetryDependencies,
  { say }: OpsSession,
  tenantId: TenantId,
  webhookId: WebhookId,
  { status, since, until }: BulkRetryRequest,
): Promise<void> {
  const failed = {
    ...(since !== undefined && { from: Date.parse(since) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
  let found = 0;
  let after: FailurePosition | undefined;
  do {
    const page = await history.listFailures(tenantId, webhookId, {
      status,
      failed,
      limit: PAGE,
      ...(after && { after }),
    });
    found += page.failures.length;
    after = page.next;
  } while (after !== undefined);
  say(`${found} ${status} deliveries would be retried; add --apply to do it.`);
}

async function dependencies({ note }: OpsSession, resources: StageResources): Promise<RetryDependencies> {
  const { stageName, clientSettings, configTable, deliveryLog } = resources;
  const dynamo = new DynamoDBClient(clientSettings);
  const sqs = new SQSClient(clientSettings);
  // Cursors do not leave this process.
  const key = randomBytes(32).toString('hex');
  return {
    webhooks: createDynamoWebhookStore(dynamo, configTable),
    log: createDynamoDeliveryLog(dynamo, deliveryLog),
    history: createDynamoDeliveryHistory(dynamo, deliveryLog),
    retryQueue: createSqsRetryQueue(sqs, await queueUrlOf(sqs, stageName, 'retry')),
    cursorKey: { read: async () => key },
    telemetry: { fail: (event, fields) => note(`  ${event} ${JSON.stringify(fields)}`) },
    clock: systemClock,
  };
}
