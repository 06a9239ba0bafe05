/** The delivery log on DynamoDB as people look at it. Every call reads a bounded part of the table. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../runtime/ids.ts';
import type { Rejected } from '../runtime/parse-json.schema.ts';
import { finishBatch } from '../runtime/unprocessed.dynamo.ts';
import { ATTENTION_INDEX } from '../topology/tables.ts';
import type { DeliveryRow, DeliveryStatus, DetectedDelivery } from './delivery.ts';
import type { DeliveryHistory, DetectedStatus, FailurePosition, Span } from './delivery-history.port.ts';
import { deliveryIdBound, detectedAtOf } from './delivery-id.ts';
import { parseDeliveryItem, parseDetectedItem } from './delivery-item.schema.ts';
import { attentionKey, deliveryKey, logKey } from './keys.dynamo.ts';

/** Rows of one query while looking for those of a status: about 200 KB, and a quarter of a second at most. */
const LOOKED_AT_PER_QUERY = 200;
const QUERIES_PER_PAGE = 5;

type Item = Record<string, AttributeValue>;

/** The table, and the client that reads it. */
interface Log {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export function createDynamoDeliveryHistory(client: DynamoDBClient, tableName: string): DeliveryHistory {
  const log: Log = { client, tableName };
  return {
    listByDetection: listByDetection(log),
    readLatest: readLatest(log),
    listFailures: listFailures(log),
    findAll: findAll(log),
    countFailures: countFailures(log),
    readStatuses: readStatuses(log),
  };
}

const listByDetection =
  (log: Log): DeliveryHistory['listByDetection'] =>
  async (tenantId, webhookId, { limit, after, status }) => {
    const rows: DeliveryRow[] = [];
    let start = after && marshall(deliveryKey(tenantId, webhookId, after));
    for (let queries = 0; queries < QUERIES_PER_PAGE; queries += 1) {
      const { Items = [], LastEvaluatedKey } = await query(log, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': logKey(tenantId, webhookId) }),
        ConsistentRead: true,
        // One more than fits, to know whether another page follows.
        Limit: status === undefined ? limit + 1 : LOOKED_AT_PER_QUERY,
        ExclusiveStartKey: start,
      });
      for (const item of Items) {
        const row = toRow(tenantId, webhookId, item);
        if (status !== undefined && row.status !== status) {
          continue;
        }
        const last = rows.at(-1);
        if (rows.length === limit && last !== undefined) {
          return { rows, next: last.deliveryId };
        }
        rows.push(row);
      }
      start = LastEvaluatedKey;
      if (start === undefined) {
        return { rows };
      }
    }
    const next = start && idOf(start);
    return { rows, ...(next && { next }) };
  };

const readLatest =
  (log: Log): DeliveryHistory['readLatest'] =>
  async (tenantId, webhookId, limit) => {
    const deliveries: DetectedDelivery[] = [];
    let start: Item | undefined;
    for (let queries = 0; queries < QUERIES_PER_PAGE && deliveries.length < limit; queries += 1) {
      const { Items = [], LastEvaluatedKey } = await query(log, {
        KeyConditionExpression: 'pk = :pk',
        ProjectionExpression: 'sk, #status, attempts, nextAttemptAt, waitingSince',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: marshall({ ':pk': logKey(tenantId, webhookId) }),
        ConsistentRead: true,
        Limit: limit - deliveries.length,
        ExclusiveStartKey: start,
      });
      deliveries.push(...Items.map(toDetected));
      start = LastEvaluatedKey;
      if (start === undefined) {
        return { deliveries, isWhole: true };
      }
    }
    return { deliveries, isWhole: false };
  };

const listFailures =
  (log: Log): DeliveryHistory['listFailures'] =>
  async (tenantId, webhookId, { status, limit, failed = {}, after }) => {
    if (isEmpty(failed)) {
      return { failures: [] };
    }
    const of = attentionKey(tenantId, webhookId, status);
    const { Items = [], LastEvaluatedKey } = await query(log, {
      ...failuresOf(of, failed),
      Limit: limit,
      ExclusiveStartKey:
        after &&
        marshall({
          ...deliveryKey(tenantId, webhookId, after.deliveryId),
          [ATTENTION_INDEX.partitionKey.name]: of,
          [ATTENTION_INDEX.sortKey.name]: after.failedAt,
        }),
    });
    const next = LastEvaluatedKey && positionOf(LastEvaluatedKey);
    return { failures: Items.map(positionOf).filter((position) => position !== undefined), ...(next && { next }) };
  };

const findAll =
  (log: Log): DeliveryHistory['findAll'] =>
  async (tenantId, webhookId, deliveryIds) => {
    const found = new Map<string, DeliveryRow>();
    const keys = deliveryIds.map((id) => marshall(deliveryKey(tenantId, webhookId, id)));
    const open = await finishBatch(keys, async (wanted) => {
      const RequestItems = { [log.tableName]: { Keys: [...wanted], ConsistentRead: true } };
      const response = await log.client.send(new BatchGetItemCommand({ RequestItems })).catch((cause: unknown) => {
        throw new DependencyUnavailable('delivery-log', 'read rows', cause);
      });
      for (const item of response.Responses?.[log.tableName] ?? []) {
        const row = toRow(tenantId, webhookId, item);
        found.set(row.deliveryId, row);
      }
      return response.UnprocessedKeys?.[log.tableName]?.Keys ?? [];
    });
    if (open.length > 0) {
      throw new DependencyUnavailable('delivery-log', 'read every row that was asked for', undefined);
    }
    return deliveryIds.map((id) => found.get(id)).filter((row) => row !== undefined);
  };

const countFailures =
  (log: Log): DeliveryHistory['countFailures'] =>
  async (tenantId, webhookId, status, cap) => {
    let count = 0;
    let start: Item | undefined;
    do {
      const response = await query(log, {
        ...failuresOf(attentionKey(tenantId, webhookId, status), {}),
        Select: 'COUNT',
        ExclusiveStartKey: start,
      });
      count += response.Count ?? 0;
      start = response.LastEvaluatedKey;
    } while (start !== undefined && count < cap);
    return count > cap || (count === cap && start !== undefined)
      ? { count: cap, isCapped: true }
      : { count, isCapped: false };
  };

const readStatuses =
  (log: Log): DeliveryHistory['readStatuses'] =>
  async (tenantId, webhookId, { from, until }, cap) => {
    const statuses: DetectedStatus[] = [];
    let start: Item | undefined;
    do {
      const response = await query(log, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
        ProjectionExpression: 'sk, #status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: marshall({
          ':pk': logKey(tenantId, webhookId),
          ':from': deliveryIdBound(from),
          ':until': deliveryIdBound(until),
        }),
        ConsistentRead: true,
        ExclusiveStartKey: start,
      });
      statuses.push(...(response.Items ?? []).map(toDetectedStatus).filter((status) => status !== undefined));
      start = response.LastEvaluatedKey;
    } while (start !== undefined && statuses.length < cap);
    return { statuses: statuses.slice(0, cap), isCapped: statuses.length > cap || start !== undefined };
  };

async function query({ client, tableName }: Log, request: Omit<QueryCommandInput, 'TableName'>) {
  const command = new QueryCommand({ TableName: tableName, ScanIndexForward: false, ...request });
  return client.send(command).catch((cause: unknown) => {
    throw new DependencyUnavailable('delivery-log', 'list deliveries', cause);
  });
}

/** DynamoDB refuses to look between an instant and an earlier one. */
function isEmpty({ from = 0, until = Number.MAX_SAFE_INTEGER }: Span): boolean {
  return until <= from;
}

function failuresOf(of: string, { from = 0, until = Number.MAX_SAFE_INTEGER }: Span) {
  return {
    IndexName: ATTENTION_INDEX.indexName,
    KeyConditionExpression: '#of = :of AND #failedAt BETWEEN :from AND :last',
    ExpressionAttributeNames: {
      '#of': ATTENTION_INDEX.partitionKey.name,
      '#failedAt': ATTENTION_INDEX.sortKey.name,
    },
    ExpressionAttributeValues: marshall({ ':of': of, ':from': from, ':last': until - 1 }),
  };
}

function toDetected(item: Item): DetectedDelivery {
  const deliveryId = idOf(item);
  const parsed = deliveryId === undefined ? NO_DELIVERY_ID : parseDetectedItem(deliveryId, unmarshall(item));
  return parsed.kind === 'parsed' ? parsed.delivery : unreadable(parsed);
}

function toRow(tenantId: TenantId, webhookId: WebhookId, item: Item): DeliveryRow {
  const deliveryId = idOf(item);
  const parsed =
    deliveryId === undefined ? NO_DELIVERY_ID : parseDeliveryItem(tenantId, webhookId, deliveryId, unmarshall(item));
  return parsed.kind === 'parsed' ? parsed.row : unreadable(parsed);
}

const NO_DELIVERY_ID: Rejected = { kind: 'rejected', reason: 'its key is no delivery id' };

function unreadable({ reason }: Rejected): never {
  throw new DependencyUnavailable('delivery-log', 'give a readable row', reason);
}

function idOf(item: Item): DeliveryId | undefined {
  return parseDeliveryId(item['sk']?.S ?? '');
}

function positionOf(item: Item): FailurePosition | undefined {
  const deliveryId = idOf(item);
  const failedAt = Number(item[ATTENTION_INDEX.sortKey.name]?.N);
  return deliveryId && { deliveryId, failedAt };
}

function toDetectedStatus(item: Item): DetectedStatus | undefined {
  const deliveryId = idOf(item);
  const detectedAt = deliveryId && detectedAtOf(deliveryId);
  // Written by us, by the condition of every write.
  return detectedAt === undefined ? undefined : { detectedAt, status: item['status']?.S as DeliveryStatus };
}
