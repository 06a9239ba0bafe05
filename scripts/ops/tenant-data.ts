/** What the two tables have of one tenant, whatever it is, deliveries of deleted webhooks among it. */
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { tenantKey } from '../../shared/runtime/keys.dynamo.ts';
import { finishBatch } from '../../shared/runtime/unprocessed.dynamo.ts';
import { EVENTS_ENDING } from '../../shared/topology/tables.ts';

export type Item = Record<string, AttributeValue>;

/** A page at a time, and the table that they are in. */
export interface TenantPage {
  readonly tableName: string;
  readonly items: readonly Item[];
}

interface TenantTables {
  readonly configTable: string;
  readonly deliveryLog: string;
}

/** Of one BatchWriteItem (API reference). */
const BATCH = 25;

/** Webhooks, and what the API and `dispatch` note for a while. */
export async function* configItemsOf(
  client: DynamoDBClient,
  { configTable }: Pick<TenantTables, 'configTable'>,
  tenantId: TenantId,
): AsyncGenerator<TenantPage> {
  const pages = paginateQuery(
    { client },
    {
      TableName: configTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': tenantKey(tenantId) }),
    },
  );
  for await (const { Items = [] } of pages) {
    yield { tableName: configTable, items: Items };
  }
}

/**
 * Reads the whole log: rows are filed by webhook, and of one that is deleted nothing else knows its id. No tenant's id has a `#`,
 * so no other tenant's begins like it.
 */
export async function* deliveriesOf(
  client: DynamoDBClient,
  { deliveryLog }: Pick<TenantTables, 'deliveryLog'>,
  tenantId: TenantId,
): AsyncGenerator<TenantPage> {
  const pages = paginateScan(
    { client },
    {
      TableName: deliveryLog,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :tenant)',
      ExpressionAttributeValues: marshall({ ':tenant': `${tenantId}#` }),
    },
  );
  for await (const { Items = [] } of pages) {
    yield { tableName: deliveryLog, items: Items };
  }
}

/** One for a receiver to read; the others are deliveries, marks of revisions and schedules of manifests. */
export function isEvent({ pk }: Item): boolean {
  return pk?.S?.endsWith(EVENTS_ENDING) ?? false;
}

/** Throws if the table stays too busy: what was not deleted is found again by the next run. */
export async function deleteItems(client: DynamoDBClient, { tableName, items }: TenantPage): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    const requests = items.slice(start, start + BATCH).map(({ pk, sk }) => ({
      DeleteRequest: { Key: { pk, sk } as Item },
    }));
    const left = await finishBatch(requests, async (open) => {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: open } }),
      );
      return (UnprocessedItems?.[tableName] ?? []).flatMap(({ DeleteRequest }) =>
        DeleteRequest?.Key === undefined ? [] : [{ DeleteRequest: { Key: DeleteRequest.Key } }],
      );
    });
    if (left.length > 0) {
      throw new Error(`${tableName} is too busy: ${left.length} rows are left. Run it again.`);
    }
  }
}
