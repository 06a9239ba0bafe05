/**
 * An update meets what the version before it has left in queues and tables. The literal items are put there past all our
 * writers, and the real handlers go on from them over the real adapters.
 */

import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createHandler as createReconcile } from '../../../functions/reconcile/handler.ts';
import { createHandler as createSend } from '../../../functions/send/handler.ts';
import { createDynamoBatchReader } from '../../../shared/delivery/batch-reader.dynamo.ts';
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { toDeliveryItem } from '../../../shared/delivery/delivery-item.schema.ts';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import { serializeDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import { createDynamoDigestMembers } from '../../../shared/delivery/digest-members.dynamo.ts';
import { createDynamoDueDeliveries } from '../../../shared/delivery/due-deliveries.dynamo.ts';
import { manifestOf } from '../../../shared/delivery/manifest.ts';
import { manifestMessage } from '../../../shared/delivery/manifest-delivery.ts';
import { parseDeliveryId } from '../../../shared/runtime/ids.ts';
import type { Webhook, WebhookHealth } from '../../../shared/webhook/webhook.ts';
import { toWebhookItem } from '../../../shared/webhook/webhook-item.schema.ts';
import { parseWebhookSecret } from '../../../shared/webhook/webhook-secret.schema.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { aDeliveryMessage, aDeliveryRow, anSqsEvent, DELIVERY_QUEUE_URL } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';
import { MemoryFailingBudget } from '../../fakes/memory-failing-budget.ts';
import { MemoryQueues } from '../../fakes/memory-queues.ts';
import { MemoryReturns } from '../../fakes/memory-returns.ts';
import { MemoryRevisionMarks } from '../../fakes/memory-revision-marks.ts';
import { MemorySecretStore } from '../../fakes/memory-secret-store.ts';
import { noManifests } from '../../fakes/no-manifests.ts';
import { RecordingAnnouncer } from '../../fakes/recording-announcer.ts';
import { RecordingTelemetry } from '../../fakes/recording-telemetry.ts';
import { type Reply, ScriptedWebhookClient } from '../../fakes/scripted-webhook-client.ts';
import old from '../../vectors/written-by-0.1.0.json' with { type: 'json' };

const engines = useEngines();
const invocation = { getRemainingTimeInMillis: () => 30_000 };
const { message, webhook, rows } = old;

/** After everything that the old rows wait for. */
const LATER = 1_795_430_000_000;

type Item = Readonly<Record<string, unknown>>;

beforeEach(async () => {
  await put(engines().tables.config, webhook);
  const { pk, sk } = rows.held;
  const Key = marshall({ pk, sk });
  await engines().dynamo.send(new DeleteItemCommand({ TableName: engines().tables.deliveryLog, Key }));
});

describe('what an older version wrote', () => {
  it('is delivered: a message of which there is no row yet', async () => {
    const { returned, posts, row } = await receive(message, 200);
    expect(returned).toEqual([]);
    expect(posts).toHaveLength(1);
    expect(await row()).toMatchObject({ status: 'delivered', lastAttempt: 1 });
  });

  it('goes on: a row that waits for its second attempt, and its message', async () => {
    await put(engines().tables.deliveryLog, rows.waitingForItsSecondAttempt);
    const { returned, posts, row } = await receive({ ...message, attempt: 2 }, 200);
    expect(returned).toEqual([]);
    expect(posts).toHaveLength(1);
    const attempts = [
      { number: 1, statusCode: 500 },
      { number: 2, statusCode: 200 },
    ];
    expect(await row()).toMatchObject({ status: 'delivered', attempts });
  });

  it('leaves its redrive message: a row that is exhausted and owes it', async () => {
    await put(engines().tables.deliveryLog, rows.exhaustedWithoutItsTicket);
    const { returned, posts, queues, row } = await receive({ ...message, attempt: 4 }, 200);
    expect(returned).toEqual([]);
    expect(posts).toEqual([]);
    expect(queues.redriveMessages).toMatchObject([{ attempt: 5, reopen: 'operator' }]);
    expect(await row()).toMatchObject({ status: 'failed', ticketSentAt: LATER });
  });

  it('is opened again: a row that is held, and a redrive message', async () => {
    await put(engines().tables.deliveryLog, rows.held);
    const { posts, row } = await receive({ ...message, reopen: 'operator' }, 200);
    expect(posts).toHaveLength(1);
    expect(await row()).toMatchObject({ status: 'delivered', lastAttempt: 1, attemptLimit: 4 });
  });

  it('is pushed on by the reconciler: a row whose message was lost', async () => {
    await put(engines().tables.deliveryLog, rows.waitingForItsSecondAttempt);
    const { dynamo, tables } = engines();
    const queues = new MemoryQueues();
    await createReconcile({
      ...noManifests(),
      due: createDynamoDueDeliveries(dynamo, tables.deliveryLog),
      log: createDynamoDeliveryLog(dynamo, tables.deliveryLog),
      retryQueue: queues,
      redriveQueue: queues,
      announcer: new RecordingAnnouncer(),
      telemetry: new RecordingTelemetry(),
      clock: new ManualClock(LATER),
    })({}, invocation);
    expect(queues.retries).toMatchObject([{ message: { deliveryId: message.deliveryId, attempt: 2 } }]);
  });

  it('has its health noted: a webhook without the counts', async () => {
    const { webhooks } = await receive(message, 500);
    const noted = await webhooks.find(aTenantId('acme'), aWebhookId('wh_siem'));
    expect(noted?.health).toEqual({ failuresInARow: 1, exhaustedCount: 0 });
  });

  it('is read: a secret with nothing but what it signs with', () => {
    expect(parseWebhookSecret(JSON.stringify(old.secret))).toEqual({ kind: 'parsed', secret: old.secret });
  });
});

/** As after a roll-back: a field more is not a meaning more, or `v` would have grown. */
it('goes on with what a newer version wrote, unless its message says that it may not', async () => {
  await put(engines().tables.config, { ...webhook, ofTheNextVersion: true });
  await put(engines().tables.deliveryLog, { ...rows.waitingForItsSecondAttempt, ofTheNextVersion: true });
  const { returned, posts } = await receive({ ...message, attempt: 2, ofTheNextVersion: true }, 200);
  expect(returned).toEqual([]);
  expect(posts).toHaveLength(1);
  const other = await receive({ ...message, v: 3 }, 200);
  expect(other.queues.dead).toHaveLength(1);
});

describe('version 0.1.0', () => {
  /** Its own schemas, but for ids and findings: what they do not name they read over. */
  const messageOf010 = z.object({
    v: z.literal(1),
    tenantId: z.string(),
    webhookId: z.string(),
    deliveryId: z.string(),
    attempt: z.int().min(1),
    attemptLimit: z.int().min(1),
    reopen: z.enum(['user', 'operator']).exactOptional(),
    finding: z.string(),
  });
  const healthOf010 = z.object({
    failuresInARow: z.int().default(0),
    failingSince: z.number().exactOptional(),
    exhaustedCount: z.int().default(0),
  });

  it('reads a message that was sent on as one that is to be sent at once', () => {
    const sent = aDeliveryMessage();
    const read = (written: DeliveryMessage) => messageOf010.parse(JSON.parse(serializeDeliveryMessage(written)));
    expect(read({ ...sent, sentOn: true })).toEqual(read(sent));
  });

  it('reads a message that waits for its turn as one that is to be sent at once', () => {
    const sent = aDeliveryMessage();
    const read = (written: DeliveryMessage) => messageOf010.parse(JSON.parse(serializeDeliveryMessage(written)));
    expect(read({ ...sent, turn: { at: 9, line: 7 } })).toEqual(read(sent));
  });

  it('reads a webhook of a pace as one without', () => {
    const read = (written: Webhook) => healthOf010.extend({ revision: z.int() }).parse(toWebhookItem(written));
    const turns = { nextTurnAt: 9, paceMillis: 4_000, throttledUntil: 8 };
    expect(read(aWebhook({ pace: { perMinute: 30 }, turns }))).toEqual(read(aWebhook()));
  });

  it('reads a row that waits as one whose next attempt is due', () => {
    const rowOf010 = z.object({
      status: z.enum(['pending', 'delivered', 'failed', 'held', 'cancelled']),
      lastAttempt: z.int().min(0),
      attemptLimit: z.int().min(1),
      attempts: z.array(z.unknown()),
      finding: z.string(),
      nextAttemptAt: z.number().exactOptional(),
      reconcileAt: z.number().exactOptional(),
      expiresAt: z.number(),
    });
    const row = aDeliveryRow({ lastAttempt: 0, reconcileAt: 7 });
    const read = (written: DeliveryRow) => rowOf010.parse(toDeliveryItem(written));
    expect(read({ ...row, waitingSince: 6, explainedBefore: 5 })).toEqual(read(row));
  });

  it('reads a manifest as a finding of the lowest level, which most thresholds drop', () => {
    const webhook = aWebhook({ webhookId: aWebhookId('w'.repeat(64)) });
    const message = manifestMessage(webhook, manifestOf([], 0, 1), new Set());
    const { finding } = messageOf010.parse(JSON.parse(serializeDeliveryMessage(message)));
    const findingOf010 = z.object({ id: z.string().max(128), severity: z.object({ level: z.literal('info') }) });
    expect(findingOf010.parse(JSON.parse(finding)).id).toMatch(/^manifest_/);
  });

  it('reads a slow webhook as one that is not', () => {
    const health = { failuresInARow: 2, exhaustedCount: 1, failingSince: 7 };
    const read = (stored: WebhookHealth) => healthOf010.parse(toWebhookItem(aWebhook({ health: stored })));
    expect(read({ ...health, slowAt: 9 })).toEqual(health);
  });

  it('reads a webhook with a line of refused deliveries as one without', () => {
    const read = (written: Webhook) => healthOf010.extend({ revision: z.int() }).parse(toWebhookItem(written));
    expect(read(aWebhook({ retryTurnAt: 9, explainedMillis: 9 }))).toEqual(read(aWebhook()));
  });
});

it('goes on with a row whose attempt has a cause that only a newer version knows', async () => {
  const [attempt] = rows.waitingForItsSecondAttempt.attempts;
  const attempts = [{ ...attempt, cause: 'of-the-next-version', code: 'CODE', location: '/new' }];
  await put(engines().tables.deliveryLog, { ...rows.waitingForItsSecondAttempt, attempts });
  const { returned, row } = await receive({ ...message, attempt: 2 }, 200);
  expect(returned).toEqual([]);
  expect(await row()).toMatchObject({
    status: 'delivered',
    attempts: [{ number: 1, cause: 'unknown' }, { number: 2 }],
  });
});

it('reads a row without a cause, and writes one beside the error that an older version reads', async () => {
  await put(engines().tables.deliveryLog, rows.waitingForItsSecondAttempt);
  const failure = { error: 'tls-failed', cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' } as const;
  const { row } = await receive({ ...message, attempt: 2 }, failure);
  expect((await row())?.attempts).toMatchObject([
    { number: 1, statusCode: 500 },
    { number: 2, ...failure },
  ]);
});

/** `send` on the real tables, when this message arrives. */
async function receive(body: Item, ...replies: readonly Reply[]) {
  const { dynamo, tables } = engines();
  const queues = new MemoryQueues();
  const client = new ScriptedWebhookClient(...replies);
  const log = createDynamoDeliveryLog(dynamo, tables.deliveryLog);
  const webhooks = createDynamoWebhookStore(dynamo, tables.config);
  const clock = new ManualClock(LATER);
  const handler = createSend({
    reader: createDynamoBatchReader(dynamo, { configTable: tables.config, deliveryLog: tables.deliveryLog }),
    log,
    health: webhooks,
    lines: webhooks,
    failingBudget: new MemoryFailingBudget(),
    marks: new MemoryRevisionMarks(),
    digestMembers: createDynamoDigestMembers(dynamo, tables.deliveryLog),
    secrets: new MemorySecretStore(),
    client,
    tokens: new MemoryAccessTokens(clock),
    retryQueue: queues,
    delayQueues: queues,
    redriveQueue: queues,
    poison: queues,
    returns: new MemoryReturns(),
    announcer: new RecordingAnnouncer(),
    telemetry: new RecordingTelemetry(),
    clock,
    policy: { baseSeconds: 30, factor: 4 },
    deliveryQueueUrl: DELIVERY_QUEUE_URL,
    newLease: () => 'lease',
  });
  const { batchItemFailures: returned } = await handler(anSqsEvent({ body: JSON.stringify(body) }), invocation);
  const deliveryId = parseDeliveryId(message.deliveryId);
  const row = async () => deliveryId && log.find(aTenantId('acme'), aWebhookId('wh_siem'), deliveryId);
  return { returned, posts: client.requests, queues, webhooks, row };
}

async function put(TableName: string, item: Item): Promise<void> {
  await engines().dynamo.send(new PutItemCommand({ TableName, Item: marshall(item) }));
}
