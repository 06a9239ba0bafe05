/** What a delivery costs in AWS, counted on the clients of the real adapters: calls decide about CPU and about the bill. */

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createHandler as createDispatch } from '../../../functions/dispatch/handler.ts';
import { createHandler as createReconcile } from '../../../functions/reconcile/handler.ts';
import { createHandler } from '../../../functions/send/handler.ts';
import { localClientSettings } from '../../../local/aws/local-aws.ts';
import {
  ATTEMPTS_OF_EXHAUSTED,
  type BatchSize,
  DELIVERED,
  DELIVERED_BY_0_1_0,
  EXHAUSTED,
  LISTED,
  MANIFEST,
} from '../../../scripts/cost/counted-usage.ts';
import { ASSUMED } from '../../../scripts/cost/monthly-bill.ts';
import { createDynamoBatchReader } from '../../../shared/delivery/batch-reader.dynamo.ts';
import { continuationOf } from '../../../shared/delivery/continuation.ts';
import { createSqsDeadLetters } from '../../../shared/delivery/dead-letters.sqs.ts';
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import {
  createSqsDelayQueues,
  createSqsDeliveryQueues,
  createSqsRedriveQueue,
  createSqsRetryQueue,
} from '../../../shared/delivery/delivery-queues.sqs.ts';
import { createDynamoDigestMembers } from '../../../shared/delivery/digest-members.dynamo.ts';
import { createDynamoDueDeliveries } from '../../../shared/delivery/due-deliveries.dynamo.ts';
import { createDynamoEventList } from '../../../shared/delivery/event-list.dynamo.ts';
import { createDynamoEventListReader } from '../../../shared/delivery/event-list-reader.dynamo.ts';
import { positionOf } from '../../../shared/delivery/listed-event.ts';
import { createDynamoManifestSchedules } from '../../../shared/delivery/manifest-schedules.dynamo.ts';
import { planDeliveries, type TargetQueue } from '../../../shared/delivery/plan-deliveries.ts';
import { createSqsReturnedMessages } from '../../../shared/delivery/returned-messages.sqs.ts';
import { createDynamoRevisionMarks } from '../../../shared/delivery/revision-marks.dynamo.ts';
import type { RowChange } from '../../../shared/delivery/row-change.ts';
import { canonicalFinding } from '../../../shared/finding/finding.ts';
import { parseFindingEvent } from '../../../shared/finding/finding-event.schema.ts';
import { createDynamoUnreadFindings } from '../../../shared/finding/unread-findings.dynamo.ts';
import type { Clock } from '../../../shared/runtime/clock.port.ts';
import { systemClock } from '../../../shared/runtime/clock.system.ts';
import { createDynamoClient } from '../../../shared/runtime/dynamo-client.dynamo.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import { MAPPINGS } from '../../../shared/topology/mappings.ts';
import { createDynamoFailingBudget } from '../../../shared/webhook/failing-budget.dynamo.ts';
import { createDynamoNoticeMarks } from '../../../shared/webhook/notice-marks.dynamo.ts';
import { createSecretsManagerSecretStore } from '../../../shared/webhook/secret-store.secrets-manager.ts';
import { useSecret, type Webhook } from '../../../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { dollarsPerMillion } from '../../aws-bill.ts';
import {
  aDeliveryMessage,
  anSqsEvent,
  anSqsRecord,
  DELIVERY_QUEUE_URL,
  messageRecord,
} from '../../builders/delivery.ts';
import { aCanonicalFinding, aFindingEvent, aPlainFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { countCalls, NONE, sum, type Usage } from '../../counted-calls.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';
import { RecordingAnnouncer } from '../../fakes/recording-announcer.ts';
import { RecordingTelemetry } from '../../fakes/recording-telemetry.ts';
import { ScriptedWebhookClient } from '../../fakes/scripted-webhook-client.ts';
import { itemBytes, WRITE_UNIT_BYTES } from '../../item-bytes.ts';

const engines = useEngines();
const opened: DynamoDBClient[] = [];

afterEach(() => {
  for (const client of opened.splice(0)) {
    client.destroy();
  }
});

/** With a client of DynamoDB that has made no call yet: what is added to one after its first call of a kind counts none of that kind. */
function freshEngines() {
  const dynamo = createDynamoClient(localClientSettings(engines().endpointUrl));
  opened.push(dynamo);
  return { ...engines(), dynamo };
}

/** `send` on real adapters and engines, with every AWS call counted by its name. */
async function aCountedSend(webhooks: readonly Webhook[], ...replies: readonly number[]) {
  return aCountedSendAt(systemClock, webhooks, ...replies);
}

async function aCountedSendAt(clock: Clock, webhooks: readonly Webhook[], ...replies: readonly number[]) {
  const { dynamo, sqs, secretsManager, tables, queues } = freshEngines();
  const calls = countCalls({ dynamo, sqs, secretsManager });
  const store = createDynamoWebhookStore(dynamo, tables.config);
  const secrets = createSecretsManagerSecretStore(secretsManager, 'thalian-webhooks/test/');
  for (const webhook of webhooks) {
    const { tenantId, webhookId } = webhook;
    const value = { signing: { current: 'x'.repeat(32) } };
    await store.add(
      tenantId,
      useSecret(webhook, await secrets.create(tenantId, webhookId, randomUUID(), value), value),
    );
  }
  const handler = createHandler({
    reader: createDynamoBatchReader(dynamo, { configTable: tables.config, deliveryLog: tables.deliveryLog }),
    log: createDynamoDeliveryLog(dynamo, tables.deliveryLog),
    health: store,
    lines: store,
    failingBudget: createDynamoFailingBudget(dynamo, tables.config),
    marks: createDynamoRevisionMarks(dynamo, tables.deliveryLog),
    digestMembers: createDynamoDigestMembers(dynamo, tables.deliveryLog),
    secrets,
    client: new ScriptedWebhookClient(...replies),
    tokens: new MemoryAccessTokens(),
    retryQueue: createSqsRetryQueue(sqs, queues.retry),
    delayQueues: createSqsDelayQueues(sqs, { delivery: queues.delivery, retry: queues.retry }),
    redriveQueue: createSqsRedriveQueue(sqs, queues['exhausted-deliveries']),
    poison: createSqsDeadLetters(sqs, queues.poison),
    returns: createSqsReturnedMessages(sqs, queues.delivery, queues.retry),
    announcer: new RecordingAnnouncer(),
    telemetry: new RecordingTelemetry(),
    clock,
    policy: { baseSeconds: 30, factor: 4 },
    deliveryQueueUrl: DELIVERY_QUEUE_URL,
    newLease: () => 'lease',
  });
  return {
    dynamo,
    calls,
    receive: (...messages: readonly DeliveryMessage[]) => receiveBy('delivery', messages),
    receiveBy,
  };

  async function receiveBy(queue: TargetQueue, messages: readonly DeliveryMessage[], remainingMillis = 30_000) {
    calls.forget();
    const event = anSqsEvent(...messages.map((message) => messageRecord(message, { queue })));
    const { batchItemFailures } = await handler(event, { getRemainingTimeInMillis: () => remainingMillis });
    expect(batchItemFailures).toHaveLength(remainingMillis < 15_000 ? messages.length : 0);
    return calls.names();
  }
}

function countsOf(calls: readonly string[]): Readonly<Record<string, number>> {
  const byName = Map.groupBy(calls, (name) => name);
  return Object.fromEntries([...byName].map(([name, of]) => [name, of.length]));
}

/** Of 700 bytes, which leave the row the kilobyte that the page assumes. The sample would grow with every new field. */
function findingOfCostPage(id: string): string {
  const finding = aPlainFinding({ id, description: '' });
  return canonicalFinding({ ...finding, description: '.'.repeat(700 - canonicalFinding(finding).length) });
}

function tenMessages(tenant: string, round: string) {
  return Array.from({ length: 10 }, (_, index) =>
    aDeliveryMessage({
      tenantId: aTenantId(tenant),
      webhookId: aWebhookId(`wh_${index % 3}`),
      finding: aCanonicalFinding({ id: `${round}_${index}` }),
    }),
  );
}

describe('AWS calls of a batch of ten', () => {
  it('that all succeed at the first attempt are two, and three webhooks cost one more each the first time', async () => {
    const tenantId = aTenantId('counted-ok');
    const webhooks = [0, 1, 2].map((index) => aWebhook({ tenantId, webhookId: aWebhookId(`wh_${index}`) }));
    const send = await aCountedSend(webhooks);
    expect(await send.receive(...tenMessages('counted-ok', 'cold'))).toEqual([
      'BatchGetItemCommand',
      'BatchWriteItemCommand',
      'GetSecretValueCommand',
      'GetSecretValueCommand',
      'GetSecretValueCommand',
    ]);
    expect(await send.receive(...tenMessages('counted-ok', 'warm'))).toEqual([
      'BatchGetItemCommand',
      'BatchWriteItemCommand',
    ]);
  });

  it('that fail at the first attempt are one record and one message each, without a claim', async () => {
    const tenantId = aTenantId('counted-fail');
    const health = { failuresInARow: 5, exhaustedCount: 20, failingSince: 1 };
    const webhooks = [0, 1, 2].map((index) => aWebhook({ tenantId, webhookId: aWebhookId(`wh_${index}`), health }));
    const send = await aCountedSend(webhooks, 500);
    expect(countsOf(await send.receiveBy('retry', tenMessages('counted-fail', 'cold')))).toEqual({
      BatchGetItemCommand: 1,
      GetSecretValueCommand: 3,
      PutItemCommand: 10,
      SendMessageCommand: 10,
    });
  });
});

describe('ten findings, each delivered at the first attempt to one webhook', () => {
  const price = (row: string) =>
    Number(new RegExp(`^\\| ${row}[^|]*\\| ([\\d.]+) \\|$`, 'm').exec(readFileSync('docs/deploying.md', 'utf8'))?.[1]);

  const toCents = (dollars: number) => Math.round(dollars * 100) / 100;

  /** SQS requests that are not ours: EventBridge sends each finding alone, Lambda reads and deletes both queues in batches. */
  const BY_AWS: Usage = {
    sqsRequests: 10 + 2 * 2,
    // Each finding in the group of its tenant.
    sqsGroupRequests: 10,
    dynamoReadUnits: 0,
    dynamoWriteUnits: 0,
    secretReads: 0,
  };

  async function dispatchAll(
    send: Awaited<ReturnType<typeof aCountedSend>>,
    tenantIds: readonly TenantId[],
    round: string,
  ) {
    const { sqs, tables, queues } = engines();
    const { dynamo } = send;
    send.calls.forget();
    const dispatch = createDispatch({
      webhooks: createDynamoWebhookStore(dynamo, tables.config),
      queues: createSqsDeliveryQueues(sqs, { delivery: queues.delivery, retry: queues.retry }),
      rejected: createSqsDeadLetters(sqs, queues['findings-dlq']),
      returns: createSqsReturnedMessages(sqs, queues.findings),
      strays: createSqsDeadLetters(sqs, queues['set-aside-events']),
      unread: createDynamoUnreadFindings(dynamo, tables.config),
      events: createDynamoEventList(dynamo, tables.deliveryLog),
      notices: createDynamoNoticeMarks(dynamo, tables.config),
      log: createDynamoDeliveryLog(dynamo, tables.deliveryLog),
      telemetry: new RecordingTelemetry(),
      clock: systemClock,
    });
    const findings = findingsOf(tenantIds, round);
    const records = findings.map((detail, index) =>
      anSqsRecord({ messageId: `m${index}`, body: aFindingEvent(detail) }),
    );
    expect(await dispatch(anSqsEvent(...records))).toEqual({ batchItemFailures: [] });
    return send.calls.usage();
  }

  function findingsOf(tenantIds: readonly TenantId[], round: string) {
    return tenantIds.map((tenantId, index) => ({ tenantId, finding: aPlainFinding({ id: `fnd_${round}_${index}` }) }));
  }

  async function deliver(
    send: Awaited<ReturnType<typeof aCountedSend>>,
    tenantIds: readonly TenantId[],
    round: string,
  ) {
    await dispatchAll(send, tenantIds, round);
    const findings = findingsOf(tenantIds, round);
    const dispatched = { names: send.calls.names(), usage: send.calls.usage() };
    const messages = findings.map(({ tenantId, finding }) =>
      aDeliveryMessage({ tenantId, webhookId: aWebhookId(), finding: canonicalFinding(finding) }),
    );
    const sent = { names: await send.receive(...messages), usage: send.calls.usage() };
    return { calls: [...dispatched.names, ...sent.names], usage: sum(sum(dispatched.usage, sent.usage), BY_AWS) };
  }

  it.each([1, 10] as const)(
    'and that fail four times: what docs/cost.md is made of, in batches of %i',
    { timeout: 60_000 },
    async (size) => {
      expect({ delivered: await delivered(size), exhausted: await exhausted(size) }).toEqual({
        delivered: DELIVERED[size],
        exhausted: EXHAUSTED[size],
      });
    },
  );

  it.each([1, 10] as const)(
    'take what they took in version 0.1.0, and a group for each finding: in batches of %i',
    (size) => {
      // What is counted above, against what was counted then.
      const { sqsGroupRequests, ...before } = DELIVERED_BY_0_1_0[size];
      expect(DELIVERED[size]).toEqual({ ...before, sqsGroupRequests: sqsGroupRequests + 1 });
    },
  );

  async function delivered(size: BatchSize) {
    const tenantIds = Array.from({ length: size }, () => aTenantId(`cost-delivered-${size}`));
    const send = await aCountedSend([aWebhook({ tenantId: aTenantId(`cost-delivered-${size}`) })]);
    await deliver(send, tenantIds, 'cold');
    const { usage } = await deliver(send, tenantIds, 'warm');
    return perDelivery(
      sum(usage, {
        ...NONE,
        sqsRequests: size + 4 - BY_AWS.sqsRequests,
        sqsGroupRequests: size - BY_AWS.sqsGroupRequests,
      }),
      size,
    );
  }

  /** The way to the first attempt is that of a delivery which succeeds: only what follows differs. */
  async function exhausted(size: BatchSize) {
    const clock = new ManualClock();
    const tenantId = aTenantId(`cost-exhausted-${size}`);
    const health = { failuresInARow: 5, exhaustedCount: 20, failingSince: clock.now() };
    const webhook = aWebhook({ tenantId, health });
    const dispatched = await dispatchOnly(webhook, size);
    const send = await aCountedSendAt(clock, [], 500);
    const messages = Array.from({ length: size }, (_, index) =>
      aDeliveryMessage({ tenantId, finding: findingOfCostPage(`exhausted_${index}`) }),
    );
    await send.receiveBy('retry', [aDeliveryMessage({ tenantId, finding: findingOfCostPage('cold') })]);
    let usage = sum(dispatched, { ...NONE, sqsRequests: size + 2, sqsGroupRequests: size });
    for (let attempt = 1; attempt <= ATTEMPTS_OF_EXHAUSTED; attempt += 1) {
      await send.receiveBy(
        'retry',
        messages.map((message) => ({ ...message, attempt })),
      );
      usage = sum(sum(usage, send.calls.usage()), { ...NONE, sqsRequests: 2 });
      clock.moveOn(900_000);
    }
    return perDelivery(usage, size);
  }

  async function dispatchOnly(webhook: Webhook, size: BatchSize) {
    const send = await aCountedSend([webhook]);
    const tenantIds = Array.from({ length: size }, () => webhook.tenantId);
    return dispatchAll(send, tenantIds, 'exhausted');
  }

  function perDelivery({ secretReads: _warm, ...usage }: Usage, size: BatchSize) {
    return Object.fromEntries(Object.entries(usage).map(([name, units]) => [name, units / size]));
  }

  it.each([
    { owners: 'one tenant', of: 1, dollars: price('DynamoDB on demand, a batch of one tenant') },
    { owners: 'ten tenants', of: 10, dollars: price('DynamoDB on demand, a batch of ten tenants') },
  ])('of $owners: calls, and dollars per million as the page on deploying says', async ({ of, dollars }) => {
    const tenantIds = Array.from({ length: 10 }, (_, index) => aTenantId(`billed-${of}-${index % of}`));
    const send = await aCountedSend([...new Set(tenantIds)].map((tenantId) => aWebhook({ tenantId })));
    const cold = await deliver(send, tenantIds, 'cold');
    const { calls, usage } = await deliver(send, tenantIds, 'warm');
    expect(cold.calls.filter((name) => !calls.includes(name))).toEqual(Array(of).fill('GetSecretValueCommand'));
    expect(calls).toEqual([
      ...Array(of).fill('QueryCommand'),
      'SendMessageBatchCommand',
      'BatchGetItemCommand',
      'BatchWriteItemCommand',
    ]);
    expect(usage).toEqual({
      sqsRequests: 15,
      // Of each finding, and of the deliveries' batch.
      sqsGroupRequests: 11,
      // A list and a webhook of each tenant, and ten rows that are not there.
      dynamoReadUnits: 2 * of + 10,
      dynamoWriteUnits: 10,
      secretReads: 0,
    });
    const bill = dollarsPerMillion(usage, 10);
    expect([bill.dynamo, bill.sqs, bill.secrets].map(toCents)).toEqual([dollars, price('SQS'), 0]);
  });
});

describe('AWS calls of a batch of ten that is returned', () => {
  it('are one more, with which all of them come back soon', async () => {
    const tenantId = aTenantId('counted-returned');
    const webhooks = [0, 1, 2].map((index) => aWebhook({ tenantId, webhookId: aWebhookId(`wh_${index}`) }));
    const send = await aCountedSend(webhooks);
    // Without time for an attempt.
    const calls = await send.receiveBy('delivery', tenMessages('counted-returned', 'late'), 14_999);
    expect(countsOf(calls)).toEqual({
      BatchGetItemCommand: 1,
      GetSecretValueCommand: 3,
      ChangeMessageVisibilityBatchCommand: 1,
    });
  });
});

describe('AWS calls of a batch of ten that is refused for now', () => {
  it('are one more for a delivery that begins a line, two for one that joins it', async () => {
    const tenantId = aTenantId('counted-refused');
    const health = { failuresInARow: 5, exhaustedCount: 20, failingSince: 1 };
    const webhooks = [0, 1, 2].map((index) => aWebhook({ tenantId, webhookId: aWebhookId(`wh_${index}`), health }));
    const send = await aCountedSend(webhooks, 429);
    const { UpdateItemCommand: turns, ...others } = countsOf(
      await send.receiveBy('retry', tenMessages('counted-refused', 'first')),
    );
    // Jitter decides which of them find that the line ends before their own time.
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(turns).toBeLessThanOrEqual(3 + 2 * 7);
    expect(others).toEqual({
      BatchGetItemCommand: 1,
      GetSecretValueCommand: 3,
      PutItemCommand: 10,
      SendMessageCommand: 10,
    });
  });
});

describe('AWS calls for a webhook of a pace', () => {
  const paced = (tenant: string, turns: Webhook['turns'] = {}) =>
    aWebhook({ tenantId: aTenantId(tenant), webhookId: aWebhookId('wh_0'), pace: { perMinute: 60 }, turns });
  const toOne = (tenant: string) =>
    tenMessages(tenant, 'of-one').map((message) => aDeliveryMessage({ ...message, webhookId: aWebhookId('wh_0') }));

  it('are one write for a batch of ten, and a message for each that waits', async () => {
    const send = await aCountedSend([paced('counted-turns')]);
    expect(countsOf(await send.receive(...toOne('counted-turns')))).toEqual({
      BatchGetItemCommand: 1,
      UpdateItemCommand: 1,
      SendMessageCommand: 9,
      GetSecretValueCommand: 1,
      BatchWriteItemCommand: 1,
    });
  });

  it('are none more than for any other, but a write without the batch, when a turn has come', async () => {
    const send = await aCountedSend([paced('counted-held')]);
    const [message = aDeliveryMessage()] = toOne('counted-held');
    const turn = { at: Date.now() - 1, line: 0 };
    expect(countsOf(await send.receive({ ...message, turn }))).toEqual({
      BatchGetItemCommand: 1,
      GetSecretValueCommand: 1,
      PutItemCommand: 1,
    });
  });

  it('are a row and a message for each whose turn is not within reach', async () => {
    const send = await aCountedSend([paced('counted-waiting', { nextTurnAt: Date.now() + 600_000 })]);
    expect(countsOf(await send.receive(...toOne('counted-waiting')))).toEqual({
      BatchGetItemCommand: 1,
      PutItemCommand: 10,
      SendMessageCommand: 10,
    });
    const again = toOne('counted-waiting').map((message) => ({ ...message, sentOn: true as const }));
    expect(countsOf(await send.receiveBy('retry', again))).toEqual({
      BatchGetItemCommand: 1,
      SendMessageCommand: 10,
    });
  });
});

describe('AWS calls for a slow webhook', () => {
  const slow = { failuresInARow: 0, exhaustedCount: 0, slowAt: Date.now() };

  it('are one message for each delivery that is queued: it is read, sent on, and nothing is written', async () => {
    const tenantId = aTenantId('counted-slow');
    const webhooks = [0, 1, 2].map((index) =>
      aWebhook({ tenantId, webhookId: aWebhookId(`wh_${index}`), health: slow }),
    );
    const send = await aCountedSend(webhooks);
    expect(countsOf(await send.receive(...tenMessages('counted-slow', 'queued')))).toEqual({
      BatchGetItemCommand: 1,
      SendMessageCommand: 10,
    });
  });

  it('are one read and two writes for fifty deliveries to fifty webhooks by the retry queue', async () => {
    const tenantId = aTenantId('counted-fifty');
    const webhooks = Array.from({ length: MAPPINGS.retry.batchSize }, (_, index) =>
      aWebhook({ tenantId, webhookId: aWebhookId(`wh_${index}`), health: slow }),
    );
    const messages = webhooks.map(({ webhookId }) => aDeliveryMessage({ tenantId, webhookId }));
    const send = await aCountedSend(webhooks);
    expect(countsOf(await send.receiveBy('retry', messages))).toEqual({
      BatchGetItemCommand: 1,
      BatchWriteItemCommand: 2,
      GetSecretValueCommand: 50,
    });
  });
});

describe('events that a receiver reads', () => {
  async function aCountedDispatch(webhook: Webhook) {
    const { dynamo, sqs, secretsManager, tables, queues } = freshEngines();
    const store = createDynamoWebhookStore(dynamo, tables.config);
    await store.add(webhook.tenantId, webhook);
    const dispatch = createDispatch({
      webhooks: store,
      events: createDynamoEventList(dynamo, tables.deliveryLog),
      queues: createSqsDeliveryQueues(sqs, { delivery: queues.delivery, retry: queues.retry }),
      rejected: createSqsDeadLetters(sqs, queues['findings-dlq']),
      strays: createSqsDeadLetters(sqs, queues['set-aside-events']),
      notices: createDynamoNoticeMarks(dynamo, tables.config),
      log: createDynamoDeliveryLog(dynamo, tables.deliveryLog),
      unread: createDynamoUnreadFindings(dynamo, tables.config),
      returns: createSqsReturnedMessages(sqs, queues.findings),
      telemetry: new RecordingTelemetry(),
      clock: systemClock,
    });
    const calls = countCalls({ dynamo, sqs, secretsManager });
    const ids = Array.from({ length: 10 }, (_, index) => `fnd_${index}`);
    const bodies = ids.map((id) => ({
      body: aFindingEvent({ tenantId: webhook.tenantId, finding: aPlainFinding({ id }) }),
    }));
    expect((await dispatch(anSqsEvent(...bodies))).batchItemFailures).toEqual([]);
    return { names: calls.names(), usage: calls.usage(), calls, dynamo };
  }
  const listing = (tenant: string, pull?: Webhook['pull']) =>
    aWebhook({ tenantId: aTenantId(tenant), ...(pull && { pull }) });

  it('cost one call and a write unit each for a batch of ten, and nothing without', async () => {
    const pull = { since: 0, only: false };
    const without = await aCountedDispatch(listing('counted-without'));
    const beside = await aCountedDispatch(listing('counted-beside', pull));
    const only = await aCountedDispatch(listing('counted-only', { ...pull, only: true }));
    expect(without.names).toEqual(['QueryCommand', 'SendMessageBatchCommand']);
    expect(beside.names).toEqual(['BatchWriteItemCommand', ...without.names]);
    expect(only.names).toEqual(['BatchWriteItemCommand', 'QueryCommand']);
    expect(without.usage.dynamoWriteUnits).toBe(0);
    expect(beside.usage.dynamoWriteUnits / 10).toBe(LISTED.dynamoWriteUnits);
    expect(only.usage.dynamoWriteUnits / 10).toBe(LISTED.dynamoWriteUnits);
  });

  it('are read by the page, a unit for each 4 KB', async () => {
    const webhook = listing('counted-read', { since: 0, only: true });
    const { calls, dynamo } = await aCountedDispatch(webhook);
    const { tables } = engines();
    calls.forget();
    const span = { after: positionOf(0), until: Date.now() + 1_000 };
    const { events } = await createDynamoEventListReader(dynamo, tables.deliveryLog).read(
      webhook.tenantId,
      webhook.webhookId,
      span,
      100,
    );
    expect([events.length, calls.names()]).toEqual([10, ['QueryCommand']]);
    expect(calls.usage().dynamoReadUnits).toBeLessThanOrEqual(Math.ceil((10 * ASSUMED.rowBytes) / 4_096));
  });
});

describe('manifests', () => {
  /** `reconcile` at full hours, on clients that count. */
  async function aCountedReconcile(webhook: Webhook) {
    const { dynamo, sqs, secretsManager, tables, queues } = freshEngines();
    const webhooks = createDynamoWebhookStore(dynamo, tables.config);
    // By another client: what is added to one after its first call of a kind counts none of that kind.
    await createDynamoWebhookStore(engines().dynamo, tables.config).add(webhook.tenantId, webhook);
    const schedules = createDynamoManifestSchedules(dynamo, tables.deliveryLog);
    const due = createDynamoDueDeliveries(engines().dynamo, tables.deliveryLog);
    const log = createDynamoDeliveryLog(dynamo, tables.deliveryLog);
    const written: RowChange[] = [];
    const clock = new ManualClock(Date.UTC(2031, 0, 1, 12));
    const calls = countCalls({ dynamo, sqs, secretsManager });
    const reconcile = createReconcile({
      ...{ schedules, webhooks, clock, announcer: new RecordingAnnouncer(), telemetry: new RecordingTelemetry() },
      // Uncounted: it looks for overdue deliveries anyway, and finds those of other tests.
      due: {
        async list(now, limit) {
          const { schedules: found } = await due.list(now, limit);
          return { deliveries: [], schedules: found.filter((key) => key.tenantId === webhook.tenantId) };
        },
      },
      log: {
        ...log,
        write: (tenantId, change) => {
          written.push(change);
          return log.write(tenantId, change);
        },
      },
      eventReader: createDynamoEventListReader(dynamo, tables.deliveryLog),
      retryQueue: createSqsRetryQueue(sqs, queues.retry),
      redriveQueue: createSqsRedriveQueue(sqs, queues['exhausted-deliveries']),
      manifestPeriodMillis: 3_600_000,
    });
    return {
      ...{ calls, clock, schedules: createDynamoManifestSchedules(engines().dynamo, tables.deliveryLog) },
      messages: () => written.map(({ row }) => continuationOf(row)),
      async run(): Promise<readonly string[]> {
        calls.forget();
        await reconcile({}, { getRemainingTimeInMillis: () => 30_000 });
        return calls.names();
      },
    };
  }

  it('cost a run of the reconciler nothing while no webhook wants them', async () => {
    const { run } = await aCountedReconcile(aWebhook({ tenantId: aTenantId('counted-unproven') }));
    expect(await run()).toEqual([]);
  });

  it('cost each hour of a webhook what the bill says, with the delivery', async () => {
    const tenantId = aTenantId('counted-proven');
    const pull = { since: 0, only: false, manifestsSince: 0 };
    const webhook = aWebhook({ tenantId, pull });
    const { run, calls, clock, schedules, messages } = await aCountedReconcile(webhook);
    const now = clock.now();
    const made = { chosenAt: 0, madeUntil: now, lookAt: now + 3_660_000 };
    await schedules.begin({ tenantId, webhookId: webhook.webhookId, ...made });
    clock.moveOn(3_660_000);
    expect(await run()).toEqual([
      'GetItemCommand',
      'GetItemCommand',
      'PutItemCommand',
      'PutItemCommand',
      'QueryCommand',
      'SendMessageCommand',
    ]);
    const making = calls.usage();
    const send = await aCountedSend([webhook]);
    await send.receiveBy('retry', messages());
    // Beside the message that is sent, SQS hands it out and deletes it.
    const { secretReads: _secrets, ...together } = sum(sum(making, send.calls.usage()), { ...NONE, sqsRequests: 2 });
    expect(together).toEqual(MANIFEST);
  });
});

describe('the row of a delivery that succeeded at once', () => {
  const examples = new URL('../../../examples/findings.ndjson', import.meta.url);
  const lines = existsSync(examples) ? readFileSync(examples, 'utf8').split('\n').filter(Boolean) : [];
  const findings = lines.flatMap((line) => {
    const parsed = parseFindingEvent(aFindingEvent(JSON.parse(line)), Date.now());
    return parsed.kind === 'parsed' ? [parsed] : [];
  });

  it('fits one write unit for every example finding', async () => {
    const { dynamo, tables } = engines();
    const webhookId = aWebhookId('wh_01JDPX8ZQ4T7S2V3W4X5Y6Z7A8');
    const tenants = [...new Set(findings.map(({ tenantId }) => tenantId))];
    const webhooks = tenants.map((tenantId) => aWebhook({ tenantId, webhookId }));
    const send = await aCountedSend(webhooks);
    expect(findings.length).toBeGreaterThanOrEqual(27);
    for (const { tenantId, finding } of findings) {
      const [planned] = planDeliveries(tenantId, finding, webhooks);
      const message = planned?.message ?? aDeliveryMessage();
      await send.receive(message);
      const Key = marshall({ pk: `${tenantId}#${webhookId}`, sk: message.deliveryId });
      const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: tables.deliveryLog, Key }));
      expect(Item['finding']?.S).toBe(canonicalFinding(finding));
      expect(itemBytes(Item), finding.title).toBeLessThanOrEqual(WRITE_UNIT_BYTES);
    }
  });
});
