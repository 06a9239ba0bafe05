/** The due index of the delivery log, all shards side by side. */
import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { DUE_INDEX } from '../topology/tables.ts';
import type { DueDeliveries } from './due-deliveries.port.ts';
import { DUE_SHARDS, parseDeliveryKey, parseScheduleKey } from './keys.dynamo.ts';

type Key = Readonly<Record<string, unknown>>;

export function createDynamoDueDeliveries(client: DynamoDBClient, tableName: string): DueDeliveries {
  /** A bounded part of one shard, over as many pages as it takes. */
  async function listShard(shard: number, nowMillis: number, limit: number): Promise<Key[]> {
    const pages = paginateQuery(
      { client, pageSize: limit },
      {
        TableName: tableName,
        IndexName: DUE_INDEX.indexName,
        KeyConditionExpression: '#shard = :shard AND #reconcileAt <= :now',
        ExpressionAttributeNames: {
          '#shard': DUE_INDEX.partitionKey.name,
          '#reconcileAt': DUE_INDEX.sortKey.name,
        },
        ExpressionAttributeValues: marshall({ ':shard': shard, ':now': nowMillis }),
      },
    );
    const keys: Key[] = [];
    for await (const { Items = [] } of pages) {
      keys.push(
        ...Items.map((item) => unmarshall(item)).filter((key) => parseDeliveryKey(key) ?? parseScheduleKey(key)),
      );
      if (keys.length >= limit) {
        break;
      }
    }
    return keys.slice(0, limit);
  }

  return {
    async list(nowMillis, limit) {
      const perShard = Math.ceil(limit / DUE_SHARDS);
      const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => listShard(shard, nowMillis, perShard));
      const lists = await Promise.all(shards).catch((cause: unknown) => {
        throw new DependencyUnavailable('delivery-log', 'list due deliveries', cause);
      });
      const keys = lists.flat();
      return {
        deliveries: keys.flatMap((key) => parseDeliveryKey(key) ?? []),
        schedules: keys.flatMap((key) => parseScheduleKey(key) ?? []),
      };
    },
  };
}
