/** The members of a digest by the attention index of the delivery log. */
import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { type DeliveryId, parseDeliveryId } from '../runtime/ids.ts';
import { ATTENTION_INDEX } from '../topology/tables.ts';
import type { DigestMembers } from './digest-members.port.ts';
import { findAll } from './history-reads.dynamo.ts';
import { digestKey } from './keys.dynamo.ts';

export function createDynamoDigestMembers(client: DynamoDBClient, tableName: string): DigestMembers {
  return {
    async list(tenantId, webhookId, digestId, limit) {
      const ids: DeliveryId[] = [];
      const pages = paginateQuery(
        { client, pageSize: limit },
        {
          TableName: tableName,
          IndexName: ATTENTION_INDEX.indexName,
          KeyConditionExpression: '#of = :of',
          ExpressionAttributeNames: { '#of': ATTENTION_INDEX.partitionKey.name },
          ExpressionAttributeValues: marshall({ ':of': digestKey(tenantId, webhookId, digestId) }),
        },
      );
      try {
        for await (const { Items = [] } of pages) {
          ids.push(...Items.map((item) => parseDeliveryId(item['sk']?.S ?? '')).filter((id) => id !== undefined));
          if (ids.length >= limit) {
            break;
          }
        }
      } catch (error) {
        throw new DependencyUnavailable('delivery-log', 'list the members of a digest', error);
      }
      return ids.slice(0, limit);
    },

    read: findAll({ client, tableName }),
  };
}
