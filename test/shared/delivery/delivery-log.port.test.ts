import { GetItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDynamoBatchReader } from '../../../shared/delivery/batch-reader.dynamo.ts';
import { cancel, hold } from '../../../shared/delivery/cancel-or-hold.ts';
import { markRedriveMessageSent } from '../../../shared/delivery/continuation.ts';
import type { DeliveryRow, DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import { createDynamoDueDeliveries } from '../../../shared/delivery/due-deliveries.dynamo.ts';
import { DUE_SHARDS, deliveryKey } from '../../../shared/delivery/keys.dynamo.ts';
import { postpone } from '../../../shared/delivery/postpone.ts';
import {
  recordGivingUp,
  recordLateSuccess,
  recordRetry,
  recordSuccess,
} from '../../../shared/delivery/record-attempt.ts';
import { claim, restore } from '../../../shared/delivery/retry-cycle.ts';
import type { RowChange } from '../../../shared/delivery/row-change.ts';
import { ABSENT, holds } from '../../../shared/runtime/condition.ts';
import { MAPPINGS } from '../../../shared/topology/mappings.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import type { WriteOutcome } from '../../../shared/webhook/webhook-store.port.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryBatchReader } from '../../fakes/memory-batch-reader.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';
import { runs } from '../../thorough.ts';

const NOW = Date.UTC(2026, 10, 23);
const engines = useEngines();

const implementations = {
  'in memory': () => {
    const log = new MemoryDeliveryLog();
    const webhooks = new MemoryWebhookStore();
    return { log, webhooks, reader: new MemoryBatchReader(webhooks, log) };
  },
  'on DynamoDB': () => {
    const { dynamo, tables } = engines();
    return {
      log: createDynamoDeliveryLog(dynamo, tables.deliveryLog),
      webhooks: createDynamoWebhookStore(dynamo, tables.config),
      reader: createDynamoBatchReader(dynamo, { configTable: tables.config, deliveryLog: tables.deliveryLog }),
    };
  },
};

let made = 0;

/** Every case has a delivery of its own: the engine keeps its rows for the whole file. */
function aFreshRow(overrides: Partial<DeliveryRow> = {}): DeliveryRow {
  made += 1;
  const { deliveryId, finding } = aDeliveryMessage({ finding: aCanonicalFinding({ id: `fnd_${made}` }) });
  return aDeliveryRow({ deliveryId, finding, ...overrides });
}

const idle = aDeliveryRow({ lastAttempt: 1 });
const leased = { ...idle, lease: 'theirs', leaseUntil: NOW + 1 };
const expired = { ...idle, lease: 'theirs', leaseUntil: NOW };
const exhausted = aDeliveryRow({ status: 'failed', reason: 'exhausted', lastAttempt: 4 });
const second = aDeliveryMessage({ attempt: 2 });

const ifAbsent = restore(second, NOW);
const ifAbsentOrIdle = cancel(undefined, second, 'webhook-paused', NOW);
const ifIdle = claim(idle, second, 'mine', NOW);
const ifLeased = recordRetry(leased, second, anAttempt({ number: 2 }), NOW, NOW);
const ifNotDelivered = given(recordLateSuccess(idle, second, anAttempt({ number: 2 }), NOW));
const ifOwed = markRedriveMessageSent(exhausted, NOW);
const ifDue = given(postpone({ ...idle, reconcileAt: NOW }, NOW));

/** Every kind of change, what is stored (undefined: nothing), and what comes of the write. */
const conditions: readonly (readonly [string, RowChange, DeliveryRow | undefined, WriteOutcome])[] = [
  ['absent: no row', ifAbsent, undefined, 'written'],
  ['absent: a row', ifAbsent, idle, 'conflict'],
  ['absent or idle: no row', ifAbsentOrIdle, undefined, 'written'],
  ['absent or idle: idle', ifAbsentOrIdle, idle, 'written'],
  ['absent or idle: a live lease', ifAbsentOrIdle, leased, 'conflict'],
  ['absent or idle: a lease that ran out', ifAbsentOrIdle, expired, 'written'],
  ['absent or idle: another attempt', ifAbsentOrIdle, { ...idle, lastAttempt: 2 }, 'conflict'],
  ['absent or idle: ended', ifAbsentOrIdle, { ...idle, status: 'failed' }, 'conflict'],
  ['idle: no row', ifIdle, undefined, 'conflict'],
  ['idle: idle', ifIdle, idle, 'written'],
  ['idle: a live lease', ifIdle, leased, 'conflict'],
  ['idle: a lease that ran out', ifIdle, expired, 'written'],
  ['idle: another attempt', ifIdle, { ...idle, lastAttempt: 2 }, 'conflict'],
  ['idle: another retry cycle', ifIdle, { ...idle, attemptLimit: 8 }, 'conflict'],
  ['idle: another status', ifIdle, { ...idle, status: 'held' }, 'conflict'],
  ['leased: no row', ifLeased, undefined, 'conflict'],
  ['leased: our lease', ifLeased, leased, 'written'],
  ['leased: our lease, though it ran out', ifLeased, expired, 'written'],
  ['leased: the lease of another', ifLeased, { ...leased, lease: 'another' }, 'conflict'],
  ['leased: another attempt', ifLeased, { ...leased, lastAttempt: 2 }, 'conflict'],
  ['leased: ended', ifLeased, { ...leased, status: 'failed' }, 'conflict'],
  ['not delivered: no row', ifNotDelivered, undefined, 'conflict'],
  ['not delivered: pending', ifNotDelivered, idle, 'written'],
  ['not delivered: delivered', ifNotDelivered, { ...idle, status: 'delivered' }, 'conflict'],
  ['not delivered: another attempt', ifNotDelivered, { ...idle, lastAttempt: 2 }, 'conflict'],
  ['a redrive message owed: no row', ifOwed, undefined, 'conflict'],
  ['a redrive message owed: owed', ifOwed, exhausted, 'written'],
  ['a redrive message owed: sent', ifOwed, { ...exhausted, ticketSentAt: NOW - 1 }, 'conflict'],
  ['a redrive message owed: a final result', ifOwed, { ...exhausted, reason: 'gone' }, 'conflict'],
  ['a redrive message owed: another attempt', ifOwed, { ...exhausted, lastAttempt: 8 }, 'conflict'],
  ['due: no row', ifDue, undefined, 'conflict'],
  ['due: due', ifDue, { ...idle, reconcileAt: NOW }, 'written'],
  ['due: postponed by another', ifDue, { ...idle, reconcileAt: NOW + 1 }, 'conflict'],
  ['due: a live lease', ifDue, { ...leased, reconcileAt: NOW }, 'conflict'],
  ['due: another attempt', ifDue, { ...idle, reconcileAt: NOW, lastAttempt: 2 }, 'conflict'],
];

const rowAttributes: fc.Arbitrary<Partial<DeliveryRow>> = fc.record(
  {
    status: fc.constantFrom<DeliveryStatus>('pending', 'delivered', 'failed', 'held', 'cancelled'),
    lastAttempt: fc.integer({ min: 1, max: 2 }),
    attemptLimit: fc.constantFrom(4, 8),
    lease: fc.constantFrom('mine', 'theirs'),
    leaseUntil: fc.constantFrom(NOW - 1, NOW, NOW + 1),
    reason: fc.constantFrom('exhausted', 'gone'),
    ticketSentAt: fc.constant(NOW - 1),
    reconcileAt: fc.constantFrom(NOW - 1, NOW),
  },
  { requiredKeys: ['status', 'lastAttempt', 'attemptLimit'] },
);

/** All that may happen to a row that was read so. */
function changesOf(row: DeliveryRow): readonly RowChange[] {
  const message = aDeliveryMessage({ attempt: row.lastAttempt + 1 });
  const attempt = anAttempt({ number: row.lastAttempt + 1 });
  return [
    restore(message, NOW),
    hold(row, message, NOW),
    claim(row, message, 'mine', NOW),
    recordSuccess(row, message, attempt, NOW),
    recordLateSuccess(row, message, attempt, NOW),
    markRedriveMessageSent(row, NOW),
    postpone(row, NOW),
  ].filter((change) => change !== undefined);
}

describe.each(Object.entries(implementations))('a delivery log %s', (_where, make) => {
  it('finds nothing where nothing is', async () => {
    const { log } = make();
    const { tenantId, webhookId, deliveryId } = aFreshRow();
    expect(await log.find(tenantId, webhookId, deliveryId)).toBeUndefined();
  });

  it('gives a row back as it was written, every attribute of it', async () => {
    const { log } = make();
    const row = aFreshRow({
      status: 'failed',
      reason: 'exhausted',
      attempts: [
        anAttempt({ response: '密\u0000', duplicate: true }),
        { number: 2, at: 1, millis: 2, error: 'timeout' },
      ],
      failedAt: 4,
      ticketSentAt: 5,
      reconcileAt: 6,
      nextAttemptAt: 7,
      lease: 'l',
      leaseUntil: 8,
      reopen: 'operator',
    });
    expect(await log.write(row.tenantId, { row, when: ABSENT })).toBe('written');
    expect(await log.find(row.tenantId, row.webhookId, row.deliveryId)).toEqual(row);
  });

  it('replaces a row whole: what the new one lacks is gone', async () => {
    const { log } = make();
    const before = aFreshRow({ lease: 'l', leaseUntil: 1, nextAttemptAt: 2, reconcileAt: 3 });
    await log.putAll([before]);
    const after = recordSuccess(before, aDeliveryMessage({ attempt: 2 }), anAttempt({ number: 2 }), NOW);
    expect(await log.write(before.tenantId, after)).toBe('written');
    expect(await log.find(before.tenantId, before.webhookId, before.deliveryId)).toEqual(after.row);
  });

  it('puts as many rows at once as a batch has, of several tenants', async () => {
    const { log } = make();
    const rows = Array.from({ length: MAPPINGS.retry.batchSize }, (_, index) =>
      aFreshRow({ tenantId: aTenantId(`tenant-${index}`) }),
    );
    expect(await log.putAll(rows)).toEqual(new Set());
    for (const row of rows) {
      expect(await log.find(row.tenantId, row.webhookId, row.deliveryId)).toEqual(row);
    }
  });

  it('keeps a delivery of one webhook apart from the same id of another', async () => {
    const { log } = make();
    const row = aFreshRow();
    await log.putAll([row]);
    expect(await log.find(row.tenantId, aWebhookId('wh_other'), row.deliveryId)).toBeUndefined();
    expect(await log.find(aTenantId('globex'), row.webhookId, row.deliveryId)).toBeUndefined();
  });

  it.each(conditions)('%s', async (_name, { when }, stored, outcome) => {
    const { log } = make();
    const { deliveryId, finding } = aFreshRow();
    const before = stored && { ...stored, deliveryId, finding };
    const row = before ?? aDeliveryRow({ deliveryId, finding });
    if (before !== undefined) {
      await log.putAll([before]);
    }
    const after = { ...row, finding: '"changed"' };
    expect(await log.write(row.tenantId, { row: after, when })).toBe(outcome);
    expect(await log.find(row.tenantId, row.webhookId, row.deliveryId)).toEqual(outcome === 'written' ? after : before);
  });

  it('writes exactly if the condition holds for what is stored', async () => {
    const { log } = make();
    const perhaps = fc.option(rowAttributes, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(perhaps, perhaps, fc.nat(), async (attributes, read, which) => {
        const before = attributes && aFreshRow(attributes);
        const row = before ?? aFreshRow();
        // Without other attributes the row was read as it is stored.
        const changes = changesOf({ ...row, ...read });
        const { when } = given(changes[which % changes.length]);
        if (before !== undefined) {
          await log.putAll([before]);
        }
        const after = { ...row, finding: '"changed"' };
        const isMet = holds(when, before);
        expect(await log.write(row.tenantId, { row: after, when })).toBe(isMet ? 'written' : 'conflict');
        const found = await log.find(row.tenantId, row.webhookId, row.deliveryId);
        expect(found).toEqual(isMet ? after : before);
      }),
      { numRuns: runs(75) },
    );
  });
});

describe.each(Object.entries(implementations))('a batch reading %s', (_where, make) => {
  it('answers webhook and row of every delivery, in the order asked', async () => {
    const { log, webhooks, reader } = make();
    const rows = Array.from({ length: MAPPINGS.retry.batchSize }, () => aFreshRow());
    const known = rows.filter((_row, index) => index % 2 === 0);
    await log.putAll(known);
    const webhook = aWebhook({ tenantId: aTenantId(), webhookId: aWebhookId(`wh_${made}`) });
    await webhooks.add(webhook.tenantId, webhook);
    const keys = rows.map((row, index) => (index < 5 ? { ...row, webhookId: webhook.webhookId } : row));
    const readings = await reader.read(keys);
    expect(readings).toEqual(
      keys.map((key, index) => ({
        kind: 'read',
        webhook: index < 5 ? webhook : undefined,
        row: index >= 5 && known.includes(key) ? key : undefined,
      })),
    );
  });
});

describe('due deliveries on DynamoDB', () => {
  it('are those of all shards up to the limit, the longest due of each first', async () => {
    const { dynamo, tables } = engines();
    const log = createDynamoDeliveryLog(dynamo, tables.deliveryLog);
    const due = createDynamoDueDeliveries(dynamo, tables.deliveryLog);
    const rows = Array.from({ length: 120 }, (_, index) => aFreshRow({ reconcileAt: NOW - index }));
    const later = aFreshRow({ reconcileAt: NOW + 1 });
    for (const row of [...rows, later]) {
      await log.write(row.tenantId, { row, when: ABSENT });
    }
    const { deliveries: all } = await due.list(NOW, 10_000);
    const ours = new Set(rows.map(({ deliveryId }) => deliveryId));
    expect(all.filter(({ deliveryId }) => ours.has(deliveryId))).toHaveLength(120);
    expect(all.some(({ deliveryId }) => deliveryId === later.deliveryId)).toBe(false);
    expect((await due.list(NOW, 32)).deliveries.length).toBeLessThanOrEqual(32);
  });

  it('are found in whatever shard an earlier version put them', async () => {
    const { dynamo, tables } = engines();
    const log = createDynamoDeliveryLog(dynamo, tables.deliveryLog);
    const due = createDynamoDueDeliveries(dynamo, tables.deliveryLog);
    const rows = Array.from({ length: DUE_SHARDS }, () => aFreshRow({ reconcileAt: NOW }));
    await log.putAll(rows);
    for (const [shard, { tenantId, webhookId, deliveryId }] of rows.entries()) {
      const command = new UpdateItemCommand({
        TableName: tables.deliveryLog,
        Key: marshall(deliveryKey(tenantId, webhookId, deliveryId)),
        UpdateExpression: 'SET dueShard = :shard',
        ExpressionAttributeValues: marshall({ ':shard': shard }),
      });
      await dynamo.send(command);
    }
    const found = (await due.list(NOW, 10_000)).deliveries.map(({ deliveryId }) => deliveryId);
    expect(rows.filter(({ deliveryId }) => !found.includes(deliveryId))).toEqual([]);
  });
});

describe('what DynamoDB keeps', () => {
  async function keysIn(index: 'attention' | 'due', webhookId: string): Promise<string[]> {
    const { dynamo, tables } = engines();
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: tables.deliveryLog, IndexName: index }));
    return Items.filter((item) => item['pk']?.S === `acme#${webhookId}`).map((item) => item['sk']?.S ?? '');
  }

  async function attributesOf({ webhookId, deliveryId }: DeliveryRow): Promise<string[]> {
    const { dynamo, tables } = engines();
    const Key = marshall({ pk: `acme#${webhookId}`, sk: deliveryId });
    const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: tables.deliveryLog, Key }));
    return Object.keys(Item);
  }

  it('has a row in an index only while a query looks for it there', async () => {
    const { dynamo, tables } = engines();
    const log = createDynamoDeliveryLog(dynamo, tables.deliveryLog);
    const webhookId = aWebhookId('wh_indexed');
    const [first, later] = [aFreshRow({ webhookId }), aFreshRow({ webhookId })];
    const messageOf = ({ deliveryId }: DeliveryRow) => aDeliveryMessage({ webhookId, deliveryId });

    await log.putAll([recordSuccess(undefined, messageOf(first), anAttempt({ statusCode: 200 }), NOW).row]);
    const pending = recordRetry(undefined, messageOf(later), anAttempt(), NOW, NOW).row;
    await log.putAll([pending]);
    // Half of an index's key puts a row in no index, but every delivery would pay for its bytes.
    const firstKept = await attributesOf(first);
    expect(firstKept).toContain('finding');
    expect(firstKept).not.toContain('attentionOf');
    expect(firstKept).not.toContain('dueShard');
    expect(await attributesOf(later)).not.toContain('attentionOf');
    expect(await keysIn('attention', webhookId)).toEqual([]);
    expect(await keysIn('due', webhookId)).toEqual([later.deliveryId]);

    const failed = recordGivingUp(pending, messageOf(later), anAttempt({ number: 2 }), 'exhausted', NOW).row;
    await log.putAll([failed]);
    expect(await keysIn('attention', webhookId)).toEqual([later.deliveryId]);
    expect(await keysIn('due', webhookId)).toEqual([later.deliveryId]);

    await log.write(failed.tenantId, markRedriveMessageSent(failed, NOW));
    expect(await keysIn('attention', webhookId)).toEqual([later.deliveryId]);
    expect(await keysIn('due', webhookId)).toEqual([]);
  });
});

function given(change: RowChange | undefined): RowChange {
  if (change === undefined) {
    throw new Error('nothing to change');
  }
  return change;
}
