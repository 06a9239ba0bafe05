/** The delivery log on DynamoDB. It decides nothing: each change brings its own condition. */
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { conditionExpression } from '../runtime/condition.dynamo.ts';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { type DeliveryId, parseDeliveryId } from '../runtime/ids.ts';
import { finishBatch } from '../runtime/unprocessed.dynamo.ts';
import type { DeliveryRow } from './delivery.ts';
import { parseDeliveryItem, toDeliveryItem } from './delivery-item.schema.ts';
import type { DeliveryLog } from './delivery-log.port.ts';
import { deliveryKey, indexAttributes } from './keys.dynamo.ts';

const DEPENDENCY = 'delivery-log';

/** The most that one BatchWriteItem takes (DynamoDB API reference). */
const ROWS_PER_CALL = 25;

export function createDynamoDeliveryLog(client: DynamoDBClient, tableName: string): DeliveryLog {
  return {
    async find(tenantId, webhookId, deliveryId) {
      const Key = marshall(deliveryKey(tenantId, webhookId, deliveryId));
      const { Item } = await client
        .send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))
        .catch(unavailable('read a row'));
      if (Item === undefined) {
        return undefined;
      }
      const parsed = parseDeliveryItem(tenantId, webhookId, deliveryId, unmarshall(Item));
      if (parsed.kind === 'rejected') {
        throw new DependencyUnavailable(DEPENDENCY, `give a readable row for ${deliveryId}`, parsed.reason);
      }
      return parsed.row;
    },

    async write(_tenantId, { row, when }) {
      const command = new PutItemCommand({ TableName: tableName, Item: toItem(row), ...conditionExpression(when) });
      try {
        await client.send(command);
        return 'written';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return 'conflict';
        }
        throw new DependencyUnavailable(DEPENDENCY, 'write a row', error);
      }
    },

    async putAll(rows) {
      const requests: WriteRequest[] = rows.map((row) => ({ PutRequest: { Item: toItem(row) } }));
      const calls: Promise<readonly WriteRequest[]>[] = [];
      for (let start = 0; start < requests.length; start += ROWS_PER_CALL) {
        calls.push(finishBatch(requests.slice(start, start + ROWS_PER_CALL), writeBatch));
      }
      const rest = (await Promise.all(calls)).flat();
      return new Set(rest.map(deliveryIdOfRequest).filter((id) => id !== undefined));
    },
  };

  async function writeBatch(open: WriteRequest[]): Promise<readonly WriteRequest[]> {
    const response = await client
      .send(new BatchWriteItemCommand({ RequestItems: { [tableName]: open } }))
      .catch(unavailable('write a batch of rows'));
    return response.UnprocessedItems?.[tableName] ?? [];
  }
}

function toItem(row: DeliveryRow) {
  const { tenantId, webhookId, deliveryId } = row;
  return marshall({ ...deliveryKey(tenantId, webhookId, deliveryId), ...toDeliveryItem(row), ...indexAttributes(row) });
}

function deliveryIdOfRequest(request: WriteRequest): DeliveryId | undefined {
  return parseDeliveryId(request.PutRequest?.Item?.['sk']?.S ?? '');
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable(DEPENDENCY, operation, cause);
  };
}
