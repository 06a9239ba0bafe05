/** One item per tenant that has addresses for notices, in the config table beside its webhooks. It does not expire. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../runtime/ids.ts';
import { tenantKey } from '../runtime/keys.dynamo.ts';
import type { NoticeAddressStore } from './notice-addresses.port.ts';
import { parseNoticeAddresses } from './notice-addresses.schema.ts';

/** Its sort key. */
export const NOTICE_ADDRESSES = 'NOTICE-ADDRESSES';

export function createDynamoNoticeAddresses(client: DynamoDBClient, tableName: string): NoticeAddressStore {
  return {
    async find(tenantId) {
      const command = new GetItemCommand({
        TableName: tableName,
        Key: marshall(keyOf(tenantId)),
        ConsistentRead: true,
      });
      const { Item } = await client.send(command).catch((cause: unknown) => {
        throw new DependencyUnavailable('config-table', 'read the addresses for notices', cause);
      });
      const parsed = parseNoticeAddresses(Item && unmarshall(Item));
      if (parsed.kind === 'rejected') {
        throw new DependencyUnavailable('config-table', 'give readable addresses for notices', parsed.reason);
      }
      return parsed.list;
    },

    async replace(tenantId, before, after) {
      const isFirst = before.revision === 0;
      const command = new PutItemCommand({
        TableName: tableName,
        Item: marshall(
          { ...keyOf(tenantId), ...after, revision: before.revision + 1 },
          { removeUndefinedValues: true },
        ),
        ConditionExpression: isFirst ? 'attribute_not_exists(revision)' : 'revision = :before',
        ...(!isFirst && { ExpressionAttributeValues: marshall({ ':before': before.revision }) }),
      });
      try {
        await client.send(command);
        return 'written';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return 'conflict';
        }
        throw new DependencyUnavailable('config-table', 'write the addresses for notices', error);
      }
    },
  };
}

function keyOf(tenantId: TenantId) {
  return { pk: tenantKey(tenantId), sk: NOTICE_ADDRESSES };
}
