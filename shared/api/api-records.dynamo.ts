/** The API's short-lived records, in the config table beside their tenant's webhooks. The table's TTL takes them away. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { CONFIG_TABLE } from '../topology/tables.ts';
import type { RequestBudget, RequestRecord, RequestRecords, TestSendBudget } from './api-records.port.ts';
import { requestKey, requestsKey, testSendsKey } from './keys.dynamo.ts';
import { parseRequestRecord } from './request-record.schema.ts';

/** As long as a caller may repeat a request and have it recognised. */
export const REQUEST_LIFETIME_SECONDS = 24 * 60 * 60;

const MINUTE_MILLIS = 60_000;
/** The TTL may act days late, but never early. */
export const BUDGET_LIFETIME_SECONDS = 60 * 60;

const EXPIRES_AT = CONFIG_TABLE.ttlAttribute;

export function createDynamoRequestRecords(client: DynamoDBClient, tableName: string): RequestRecords {
  async function read(key: ReturnType<typeof requestKey>): Promise<RequestRecord> {
    const command = new GetItemCommand({ TableName: tableName, Key: marshall(key), ConsistentRead: true });
    const { Item = {} } = await client.send(command).catch(unavailable('read a request record'));
    const parsed = parseRequestRecord(unmarshall(Item));
    if (parsed.kind === 'rejected') {
      throw new DependencyUnavailable('config-table', 'give a readable request record', parsed.reason);
    }
    return parsed.record;
  }

  return {
    async begin(tenantId, name, record) {
      const key = requestKey(tenantId, name);
      const nowSeconds = Math.floor(record.begunAt / 1000);
      const command = new PutItemCommand({
        TableName: tableName,
        Item: marshall({ ...key, ...record, [EXPIRES_AT]: nowSeconds + REQUEST_LIFETIME_SECONDS }),
        // What has expired is void, whether the table has got round to deleting it or not.
        ConditionExpression: `attribute_not_exists(pk) OR ${EXPIRES_AT} <= :now`,
        ExpressionAttributeValues: marshall({ ':now': nowSeconds }),
      });
      return (await isApplied(client.send(command), 'begin a request')) ? undefined : read(key);
    },

    beginAgain(tenantId, name, before, { outcomeId, begunAt }) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: marshall(requestKey(tenantId, name)),
        UpdateExpression: 'SET outcomeId = :outcomeId, begunAt = :begunAt',
        ConditionExpression: 'isDone = :no AND begunAt = :before',
        ExpressionAttributeValues: marshall({
          ':outcomeId': outcomeId,
          ':begunAt': begunAt,
          ':no': false,
          ':before': before.begunAt,
        }),
      });
      return isApplied(client.send(command), 'begin a request again');
    },

    async finish(tenantId, name) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: marshall(requestKey(tenantId, name)),
        UpdateExpression: 'SET isDone = :yes',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({ ':yes': true }),
      });
      await isApplied(client.send(command), 'finish a request');
    },

    async forget(tenantId, name) {
      const command = new DeleteItemCommand({ TableName: tableName, Key: marshall(requestKey(tenantId, name)) });
      await client.send(command).catch(unavailable('forget a request'));
    },
  };
}

export function createDynamoTestSendBudget(
  client: DynamoDBClient,
  tableName: string,
  perMinute: number,
): TestSendBudget {
  return {
    take(tenantId, nowMillis) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: marshall(testSendsKey(tenantId, Math.floor(nowMillis / MINUTE_MILLIS))),
        UpdateExpression: `ADD sends :one SET ${EXPIRES_AT} = :expiresAt`,
        ConditionExpression: 'attribute_not_exists(sends) OR sends < :limit',
        ExpressionAttributeValues: marshall({
          ':one': 1,
          ':limit': perMinute,
          ':expiresAt': Math.floor(nowMillis / 1000) + BUDGET_LIFETIME_SECONDS,
        }),
      });
      return isApplied(client.send(command), 'count a test send');
    },
  };
}

export function createDynamoRequestBudget(client: DynamoDBClient, tableName: string, perMinute: number): RequestBudget {
  return {
    take(tenantId, requests, nowMillis) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: marshall(requestsKey(tenantId, Math.floor(nowMillis / MINUTE_MILLIS))),
        UpdateExpression: `ADD requests :requests SET ${EXPIRES_AT} = :expiresAt`,
        ConditionExpression: 'attribute_not_exists(requests) OR requests <= :most',
        ExpressionAttributeValues: marshall({
          ':requests': requests,
          ':most': perMinute - requests,
          ':expiresAt': Math.floor(nowMillis / 1000) + BUDGET_LIFETIME_SECONDS,
        }),
      });
      return isApplied(client.send(command), 'count requests');
    },
  };
}

async function isApplied(write: Promise<unknown>, operation: string): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw new DependencyUnavailable('config-table', operation, error);
  }
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable('config-table', operation, cause);
  };
}
