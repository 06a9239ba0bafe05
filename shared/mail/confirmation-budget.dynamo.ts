/** An item for each address that was asked to confirm lately, by a keyed hash of it. The table's TTL takes it away. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { CONFIG_TABLE } from '../topology/tables.ts';
import type { ConfirmationBudget } from './confirmation-budget.port.ts';
import { ADDRESS_ASKING, askAgainAt } from './notice-address.ts';

/** Of several requests at one moment each takes its own; that many at once are of no person. */
const TRIES = 5;

const LONGEST_MILLIS = Math.max(...ADDRESS_ASKING.map(({ withinMillis }) => withinMillis));

interface Budget {
  readonly askedAt: readonly number[];
  readonly revision: number;
}

export function createDynamoConfirmationBudget(client: DynamoDBClient, tableName: string): ConfirmationBudget {
  async function read(Key: ReturnType<typeof keyOf>): Promise<Budget> {
    const command = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
    const { Item = {} } = await client.send(command).catch(unavailable('read a budget of requests to confirm'));
    const { askedAt, revision = 0 } = unmarshall(Item);
    return { askedAt: Array.isArray(askedAt) ? askedAt.map(Number) : [], revision: Number(revision) };
  }

  async function write(Key: ReturnType<typeof keyOf>, { revision }: Budget, askedAt: readonly number[]) {
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key,
      UpdateExpression: `SET askedAt = :askedAt, revision = :next, ${CONFIG_TABLE.ttlAttribute} = :expiresAt`,
      ConditionExpression: revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :before',
      ExpressionAttributeValues: marshall({
        ':askedAt': askedAt,
        ':next': revision + 1,
        ':expiresAt': Math.ceil((Math.max(...askedAt) + LONGEST_MILLIS) / 1000),
        ...(revision > 0 && { ':before': revision }),
      }),
    });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return false;
      }
      return unavailable('count a request to confirm')(error);
    }
  }

  return {
    async take(addressKey, nowMillis) {
      const Key = keyOf(addressKey);
      for (let tried = 0; tried < TRIES; tried += 1) {
        const before = await read(Key);
        const againAt = askAgainAt(before.askedAt, ADDRESS_ASKING, nowMillis);
        if (againAt !== undefined) {
          return againAt;
        }
        const recent = before.askedAt.filter((at) => at > nowMillis - LONGEST_MILLIS);
        if (await write(Key, before, [...recent, nowMillis])) {
          return undefined;
        }
      }
      return unavailable('count a request to confirm')('others count at the same time');
    },
  };
}

function keyOf(addressKey: string) {
  return marshall({ pk: `NOTICE-ADDRESS#${addressKey}`, sk: 'ASKED' });
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable('config-table', operation, cause);
  };
}
