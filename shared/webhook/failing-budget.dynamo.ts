/** The budgets of failing webhooks in the config table: an item for each vendor and minute, which expires by itself. */
import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { CONFIG_TABLE } from '../topology/tables.ts';
import type { FailingBudget } from './failing-budget.port.ts';

const MINUTE_MILLIS = 60_000;

/** Longer than any clock is wrong. */
export const FAILING_BUDGET_LIFETIME_SECONDS = 60 * 60;

export function createDynamoFailingBudget(client: DynamoDBClient, tableName: string): FailingBudget {
  return {
    async take(formatId, perMinute, nowMillis) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ pk: `VENDOR#${formatId}`, sk: `FAILING#${Math.floor(nowMillis / MINUTE_MILLIS)}` }),
        UpdateExpression: `SET ${CONFIG_TABLE.ttlAttribute} = :expiresAt ADD attempts :one`,
        ConditionExpression: 'attribute_not_exists(attempts) OR attempts < :most',
        ExpressionAttributeValues: marshall({
          ':one': 1,
          ':most': perMinute,
          ':expiresAt': Math.floor(nowMillis / 1000) + FAILING_BUDGET_LIFETIME_SECONDS,
        }),
      });
      try {
        await client.send(command);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return false;
        }
        throw new DependencyUnavailable('config-table', 'count an attempt at a failing webhook', error);
      }
    },
  };
}
