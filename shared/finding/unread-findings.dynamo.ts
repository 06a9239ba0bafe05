/** One item per tenant and day (UTC), in the config table beside the tenant's webhooks. The table's TTL takes it away. */
import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { tenantKey } from '../runtime/keys.dynamo.ts';
import { CONFIG_TABLE } from '../topology/tables.ts';
import {
  UNREAD_DAYS,
  type UnreadFindings,
  type UnreadFindingsCounter,
  type UnreadFindingsReader,
} from './unread-findings.port.ts';
import { parseUnreadDay, type UnreadDay } from './unread-findings.schema.ts';

const PREFIX = 'UNREAD#';
const DAY_MILLIS = 24 * 60 * 60 * 1000;
const EXPIRES_AT = CONFIG_TABLE.ttlAttribute;

export function createDynamoUnreadFindings(
  client: DynamoDBClient,
  tableName: string,
): UnreadFindingsCounter & UnreadFindingsReader {
  return {
    async add(tenantId, count, nowMillis) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ pk: tenantKey(tenantId), sk: PREFIX + dayOf(nowMillis) }),
        UpdateExpression: `ADD findings :count SET latestAt = :now, ${EXPIRES_AT} = :expiresAt`,
        ExpressionAttributeValues: marshall({
          ':count': count,
          ':now': nowMillis,
          ':expiresAt': Math.floor((nowMillis + UNREAD_DAYS * DAY_MILLIS) / 1000),
        }),
      });
      await client.send(command).catch(unavailable('count unread findings'));
    },

    async read(tenantId, nowMillis) {
      const command = new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: marshall({
          ':pk': tenantKey(tenantId),
          ':first': PREFIX + dayOf(nowMillis - (UNREAD_DAYS - 1) * DAY_MILLIS),
          ':last': PREFIX + dayOf(nowMillis),
        }),
      });
      const { Items = [] } = await client.send(command).catch(unavailable('read the count of unread findings'));
      return sumOf(Items.flatMap((item) => parseUnreadDay(unmarshall(item)) ?? []));
    },
  };
}

function sumOf(days: readonly UnreadDay[]): UnreadFindings | undefined {
  return days.length === 0
    ? undefined
    : {
        count: days.reduce((sum, { findings }) => sum + findings, 0),
        latestAt: Math.max(...days.map(({ latestAt }) => latestAt)),
      };
}

function dayOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10);
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable('config-table', operation, cause);
  };
}
