/** Webhooks and rows of a whole batch in one BatchGetItem over both tables, strongly consistent. */
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { finishBatch } from '../runtime/unprocessed.dynamo.ts';
import { webhookKey } from '../webhook/keys.dynamo.ts';
import { parseWebhookItem } from '../webhook/webhook-item.schema.ts';
import type { BatchReader, BatchReading, DeliveryKey } from './batch-reader.port.ts';
import { parseDeliveryItem } from './delivery-item.schema.ts';
import { deliveryKey } from './keys.dynamo.ts';

export interface BatchReaderTables {
  readonly configTable: string;
  readonly deliveryLog: string;
}

interface TableKey {
  readonly table: string;
  readonly key: Key;
}

interface Key {
  readonly pk: string;
  readonly sk: string;
}

type Item = Record<string, AttributeValue>;

type ParsedWebhook = ReturnType<typeof parseWebhookItem>;

export function createDynamoBatchReader(client: DynamoDBClient, tables: BatchReaderTables): BatchReader {
  const { configTable, deliveryLog } = tables;

  async function readItems(keys: readonly TableKey[], found: Map<string, Item>): Promise<readonly TableKey[]> {
    const response = await client
      .send(new BatchGetItemCommand({ RequestItems: requestFor(keys) }))
      .catch((cause: unknown) => {
        throw new DependencyUnavailable('delivery-log', 'read a batch', cause);
      });
    for (const [table, items] of Object.entries(response.Responses ?? {})) {
      for (const item of items) {
        found.set(nameOf({ table, key: keyOf(item) }), item);
      }
    }
    return Object.entries(response.UnprocessedKeys ?? {}).flatMap(([table, { Keys = [] }]) =>
      Keys.map((key) => ({ table, key: keyOf(key) })),
    );
  }

  return {
    async read(deliveries) {
      const wanted = new Map<string, TableKey>();
      for (const delivery of deliveries) {
        for (const key of keysOf(delivery)) {
          wanted.set(nameOf(key), key);
        }
      }
      const found = new Map<string, Item>();
      const open = await finishBatch([...wanted.values()], (keys) => readItems(keys, found));
      const unprocessed = new Set(open.map(nameOf));
      const webhooks = new Map<string, ParsedWebhook>();
      return deliveries.map((delivery) => readingOf(delivery, found, unprocessed, webhooks));
    },
  };

  function keysOf({ tenantId, webhookId, deliveryId }: DeliveryKey): readonly [TableKey, TableKey] {
    return [
      { table: configTable, key: webhookKey(tenantId, webhookId) },
      { table: deliveryLog, key: deliveryKey(tenantId, webhookId, deliveryId) },
    ];
  }

  function readingOf(
    delivery: DeliveryKey,
    found: ReadonlyMap<string, Item>,
    unprocessed: ReadonlySet<string>,
    webhooks: Map<string, ParsedWebhook>,
  ): BatchReading {
    const [webhookName, rowName] = keysOf(delivery).map(nameOf) as [string, string];
    if (unprocessed.has(webhookName) || unprocessed.has(rowName)) {
      return { kind: 'unread', because: 'the table did not process every key' };
    }
    const webhook =
      webhooks.get(webhookName) ??
      parseIfFound(found.get(webhookName), (item) => parseWebhookItem(delivery.tenantId, delivery.webhookId, item));
    if (webhook !== undefined) {
      // Most batches are of few webhooks, and many of one.
      webhooks.set(webhookName, webhook);
    }
    const row = parseIfFound(found.get(rowName), (item) =>
      parseDeliveryItem(delivery.tenantId, delivery.webhookId, delivery.deliveryId, item),
    );
    if (webhook?.kind === 'rejected') {
      return { kind: 'unread', because: `webhook item: ${webhook.reason}` };
    }
    if (row?.kind === 'rejected') {
      return { kind: 'unread', because: `delivery row: ${row.reason}` };
    }
    return { kind: 'read', webhook: webhook?.webhook, row: row?.row };
  }
}

function parseIfFound<Parsed>(item: Item | undefined, parse: (item: unknown) => Parsed): Parsed | undefined {
  return item === undefined ? undefined : parse(unmarshall(item));
}

function requestFor(keys: readonly TableKey[]) {
  const byTable = Map.groupBy(keys, ({ table }) => table);
  return Object.fromEntries(
    [...byTable].map(([table, ofTable]) => [
      table,
      { Keys: ofTable.map(({ key }) => marshall(key)), ConsistentRead: true },
    ]),
  );
}

function keyOf(item: Item): Key {
  return { pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' };
}

/** Neither a table's name nor a key holds a line feed. */
function nameOf({ table, key }: TableKey): string {
  return `${table}\n${key.pk}\n${key.sk}`;
}
