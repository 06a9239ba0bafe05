/** The delivery log on DynamoDB. Translates the domain's row conditions; decides nothing. */
import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { type DeliveryId, parseDeliveryId } from '../runtime/ids.ts';
import { finishBatch } from '../runtime/unprocessed.dynamo.ts';
import type { DeliveryRow, DeliveryStatus, RowCondition, StatusReason } from './delivery.ts';
import { parseDeliveryItem, toDeliveryItem } from './delivery-item.schema.ts';
import type { DeliveryLog } from './delivery-log.port.ts';
import { deliveryKey, indexAttributes } from './keys.dynamo.ts';

const DEPENDENCY = 'delivery-log';

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
      const condition = expressionOf(when);
      const command = new PutItemCommand({ TableName: tableName, Item: toItem(row), ...condition });
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
      const rest = await finishBatch(requests, async (open) => {
        const response = await client
          .send(new BatchWriteItemCommand({ RequestItems: { [tableName]: open } }))
          .catch(unavailable('write a batch of rows'));
        return response.UnprocessedItems?.[tableName] ?? [];
      });
      return new Set(rest.map(deliveryIdOfRequest).filter((id) => id !== undefined));
    },
  };
}

function toItem(row: DeliveryRow) {
  const { tenantId, webhookId, deliveryId } = row;
  return marshall({ ...deliveryKey(tenantId, webhookId, deliveryId), ...toDeliveryItem(row), ...indexAttributes(row) });
}

function deliveryIdOfRequest(request: WriteRequest): DeliveryId | undefined {
  return parseDeliveryId(request.PutRequest?.Item?.['sk']?.S ?? '');
}

interface ConditionExpression {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

const NO_LIVE_LEASE = '(attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now)';

function expressionOf(condition: RowCondition): ConditionExpression {
  const pending: DeliveryStatus = 'pending';
  const delivered: DeliveryStatus = 'delivered';
  const failed: DeliveryStatus = 'failed';
  const exhausted: StatusReason = 'exhausted';
  switch (condition.kind) {
    case 'absent':
      return { ConditionExpression: 'attribute_not_exists(pk)' };
    case 'absent-or-idle':
      return {
        ConditionExpression: `attribute_not_exists(pk) OR (#status = :status AND #lastAttempt = :lastAttempt AND ${NO_LIVE_LEASE})`,
        ...named('status', 'lastAttempt', 'leaseUntil'),
        ...valued({ status: pending, lastAttempt: condition.lastAttempt, now: condition.nowMillis }),
      };
    case 'idle':
      return {
        ConditionExpression: `#status = :status AND #lastAttempt = :lastAttempt AND #attemptLimit = :attemptLimit AND ${NO_LIVE_LEASE}`,
        ...named('status', 'lastAttempt', 'attemptLimit', 'leaseUntil'),
        ...valued({
          status: condition.status,
          lastAttempt: condition.lastAttempt,
          attemptLimit: condition.attemptLimit,
          now: condition.nowMillis,
        }),
      };
    case 'leased':
      return {
        ConditionExpression: '#status = :status AND #lease = :lease AND #lastAttempt = :lastAttempt',
        ...named('status', 'lease', 'lastAttempt'),
        ...valued({ status: pending, lease: condition.lease, lastAttempt: condition.lastAttempt }),
      };
    case 'not-delivered':
      return {
        ConditionExpression: '#status <> :status AND #lastAttempt = :lastAttempt',
        ...named('status', 'lastAttempt'),
        ...valued({ status: delivered, lastAttempt: condition.lastAttempt }),
      };
    case 'redrive-message-owed':
      return {
        ConditionExpression:
          '#status = :status AND #reason = :reason AND #lastAttempt = :lastAttempt AND attribute_not_exists(#ticketSentAt)',
        ...named('status', 'reason', 'lastAttempt', 'ticketSentAt'),
        ...valued({ status: failed, reason: exhausted, lastAttempt: condition.lastAttempt }),
      };
    case 'due':
      return {
        ConditionExpression: `#reconcileAt = :reconcileAt AND #status = :status AND #lastAttempt = :lastAttempt AND ${NO_LIVE_LEASE}`,
        ...named('reconcileAt', 'status', 'lastAttempt', 'leaseUntil'),
        ...valued({
          reconcileAt: condition.reconcileAt,
          status: condition.status,
          lastAttempt: condition.lastAttempt,
          now: condition.nowMillis,
        }),
      };
  }
}

/** All names are placeholders: `status` and others are reserved words of DynamoDB. */
function named(...names: readonly (keyof DeliveryRow)[]) {
  return { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])) };
}

function valued(values: Readonly<Record<string, string | number>>) {
  const placeholders = Object.entries(values).map(([name, value]) => [`:${name}`, value]);
  return { ExpressionAttributeValues: marshall(Object.fromEntries(placeholders)) };
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable(DEPENDENCY, operation, cause);
  };
}
