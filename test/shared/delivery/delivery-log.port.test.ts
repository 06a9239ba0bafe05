import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDynamoBatchReader } from '../../../shared/delivery/batch-reader.dynamo.ts';
import {
  type DeliveryRow,
  type DeliveryStatus,
  holds,
  markRedriveMessageSent,
  type RowCondition,
  recordGivingUp,
  recordRetry,
  recordSuccess,
} from '../../../shared/delivery/delivery.ts';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import { createDynamoDueDeliveries } from '../../../shared/delivery/due-deliveries.dynamo.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryBatchReader } from '../../fakes/memory-batch-reader.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';

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
    expect(await log.write(row.tenantId, { row, when: { kind: 'absent' } })).toBe('written');
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

  it('puts several rows at once, of several tenants', async () => {
    const { log } = make();
    const rows = Array.from({ length: 10 }, (_, index) => aFreshRow({ tenantId: aTenantId(`tenant-${index}`) }));
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

  it('writes exactly if the condition holds for what is stored', async () => {
    const { log } = make();
    const instant = fc.constantFrom(undefined, NOW - 1, NOW, NOW + 1);
    const status = fc.constantFrom<DeliveryStatus>('pending', 'delivered', 'failed', 'held', 'cancelled');
    const lastAttempt = fc.integer({ min: 0, max: 2 });
    const stored = fc.option(
      fc.record({
        status,
        lastAttempt,
        lease: fc.constantFrom(undefined, 'mine', 'theirs'),
        leaseUntil: instant,
        reason: fc.constantFrom(undefined, 'exhausted' as const, 'gone' as const),
        ticketSentAt: instant,
        reconcileAt: fc.constantFrom(undefined, 1, 2),
      }),
      { nil: undefined },
    );
    const condition: fc.Arbitrary<RowCondition> = fc.oneof(
      fc.constant({ kind: 'absent' as const }),
      fc.record({ kind: fc.constant('absent-or-idle' as const), lastAttempt, nowMillis: fc.constant(NOW) }),
      fc.record({
        kind: fc.constant('idle' as const),
        status,
        lastAttempt,
        attemptLimit: fc.constantFrom(4, 8),
        nowMillis: fc.constant(NOW),
      }),
      fc.record({ kind: fc.constant('leased' as const), lease: fc.constantFrom('mine', 'theirs'), lastAttempt }),
      fc.record({ kind: fc.constant('not-delivered' as const), lastAttempt }),
      fc.record({ kind: fc.constant('redrive-message-owed' as const), lastAttempt }),
      fc.record({
        kind: fc.constant('due' as const),
        status,
        lastAttempt,
        reconcileAt: fc.constantFrom(1, 2),
        nowMillis: fc.constant(NOW),
      }),
    );
    await fc.assert(
      fc.asyncProperty(stored, condition, async (attributes, when) => {
        const before = attributes && withoutUndefined(aFreshRow(), attributes);
        if (before !== undefined) {
          await log.putAll([before]);
        }
        const row = before ?? aFreshRow();
        const after = { ...row, finding: '"changed"' };
        const expected = holds(when, before);
        expect(await log.write(row.tenantId, { row: after, when })).toBe(expected ? 'written' : 'conflict');
        const found = await log.find(row.tenantId, row.webhookId, row.deliveryId);
        expect(found).toEqual(expected ? after : before);
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(Object.entries(implementations))('a batch reading %s', (_where, make) => {
  it('answers webhook and row of every delivery, in the order asked', async () => {
    const { log, webhooks, reader } = make();
    const rows = Array.from({ length: 10 }, () => aFreshRow());
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
      await log.write(row.tenantId, { row, when: { kind: 'absent' } });
    }
    const all = await due.list(NOW, 10_000);
    const ours = new Set(rows.map(({ deliveryId }) => deliveryId));
    expect(all.filter(({ deliveryId }) => ours.has(deliveryId))).toHaveLength(120);
    expect(all.some(({ deliveryId }) => deliveryId === later.deliveryId)).toBe(false);
    expect((await due.list(NOW, 32)).length).toBeLessThanOrEqual(32);
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

  it('has a row in an index only while somebody looks for it there', async () => {
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

function withoutUndefined(row: DeliveryRow, attributes: object): DeliveryRow {
  const set = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return { ...row, ...Object.fromEntries(set) };
}
