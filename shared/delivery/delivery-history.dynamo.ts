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
import { ATTENTION_INDEX, LATE_INDEX } from '../topology/tables.ts';
import type { DeliveryRow, DeliveryStatus, DetectedDelivery } from './delivery.ts';
import {
  type DeliveryHistory,
  type DetectedStatus,
  type FailurePosition,
  type LogPage,
  type LogRequest,
  MOST_LOOKED_AT,
  type Span,
} from './delivery-history.port.ts';
import { deliveryIdBound, detectedAtOf } from './delivery-id.ts';
import { parseDeliveryItem, parseDetectedItem } from './delivery-item.schema.ts';
import { attentionKey, deliveryKey, logKey } from './keys.dynamo.ts';

/** Rows of one query while looking for those of a status: about 200 KB, and a quarter of a second at most. */
const LOOKED_AT_PER_QUERY = 200;
const QUERIES_PER_PAGE = MOST_LOOKED_AT / LOOKED_AT_PER_QUERY;

/** Most webhooks have none; a page of others rarely has more. */
const LATE_PER_QUERY = 25;

const AFTER_ALL_IDS = 'dlv_~';

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
    listByArrival: listByArrival(log),
    readLatest: readLatest(log),
    listFailures: listFailures(log),
    findAll: findAll(log),
    countFailures: countFailures(log),
    readStatuses: readStatuses(log),
  };
}

const listByDetection =
  (log: Log): DeliveryHistory['listByDetection'] =>
  (tenantId, webhookId, request) =>
    collect(entriesByDetection(log, logKey(tenantId, webhookId), request, asRow(tenantId, webhookId)), request);

const listByArrival =
  (log: Log): DeliveryHistory['listByArrival'] =>
  (tenantId, webhookId, request) => {
    const toRowOf = asRow(tenantId, webhookId);
    // What came late is found by its arrival.
    const onTime = (item: Item) => {
      const row = toRowOf(item);
      return row.arrivedAt === undefined ? row : undefined;
    };
    const of = logKey(tenantId, webhookId);
    const late = lateEntries(log, of, request, (ids) => findAll(log)(tenantId, webhookId, ids));
    return collect(mergeLatestFirst(entriesByDetection(log, of, request, onTime), late), request);
  };

/** A place in a list, and the row there; absent if the row is not of this list. */
interface Entry {
  readonly key: string;
  /** `cut`: the list goes on, but enough of it was read. */
  readonly read: (() => Promise<DeliveryRow | undefined>) | 'cut';
}

async function collect(entries: AsyncIterable<Entry>, { limit, matches = () => true }: LogRequest): Promise<LogPage> {
  const rows: DeliveryRow[] = [];
  let lookedAt = 0;
  let last: DeliveryId | undefined;
  for await (const { key, read } of entries) {
    if (read === 'cut' || lookedAt === MOST_LOOKED_AT) {
      return { rows, ...(last && { next: last }) };
    }
    const row = await read();
    if (row !== undefined && matches(row)) {
      if (rows.length === limit && last !== undefined) {
        return { rows, next: last };
      }
      rows.push(row);
    }
    lookedAt += 1;
    last = parseDeliveryId(key);
  }
  return { rows };
}

async function* entriesByDetection(
  log: Log,
  of: string,
  request: LogRequest,
  toRowOrNone: (item: Item) => DeliveryRow | undefined,
): AsyncGenerator<Entry> {
  if (isEmpty(request.span)) {
    return;
  }
  let start: Item | undefined;
  let key = '';
  for (let queries = 0; queries < QUERIES_PER_PAGE; queries += 1) {
    const { Items = [], LastEvaluatedKey } = await query(log, {
      KeyConditionExpression: 'pk = :of AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: marshall({ ':of': of, ...keysOf(request) }),
      ConsistentRead: true,
      // One more than fits, to know whether another page follows, and the one to begin after.
      Limit: request.matches === undefined ? request.limit + 2 : LOOKED_AT_PER_QUERY,
      ExclusiveStartKey: start,
    });
    for (const item of Items) {
      key = item['sk']?.S ?? '';
      if (key !== request.after) {
        yield { key, read: async () => toRowOrNone(item) };
      }
    }
    start = LastEvaluatedKey;
    if (start === undefined) {
      return;
    }
  }
  yield { key, read: 'cut' };
}

/** The index has keys only. Their rows are read together, when the first of them is wanted. */
async function* lateEntries(
  log: Log,
  of: string,
  request: LogRequest,
  readRows: (ids: readonly DeliveryId[]) => Promise<readonly DeliveryRow[]>,
): AsyncGenerator<Entry> {
  if (isEmpty(request.span)) {
    return;
  }
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await queryIfIndexed(log, {
      IndexName: LATE_INDEX.indexName,
      KeyConditionExpression: '#of = :of AND #key BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#of': LATE_INDEX.partitionKey.name, '#key': LATE_INDEX.sortKey.name },
      ExpressionAttributeValues: marshall({ ':of': of, ...keysOf(request) }),
      Limit: LATE_PER_QUERY,
      ExclusiveStartKey: start,
    });
    let rows: Promise<readonly DeliveryRow[]> | undefined;
    const ids = Items.map(idOf).filter((id) => id !== undefined);
    for (const item of Items) {
      const key = item[LATE_INDEX.sortKey.name]?.S ?? '';
      const read = async () => {
        rows ??= readRows(ids);
        return (await rows).find(({ deliveryId }) => deliveryId === idOf(item));
      };
      if (key !== request.after) {
        yield { key, read };
      }
    }
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

async function* mergeLatestFirst(one: AsyncGenerator<Entry>, other: AsyncGenerator<Entry>): AsyncGenerator<Entry> {
  let [a, b] = await Promise.all([one.next(), other.next()]);
  while (!(a.done && b.done)) {
    if (b.done || (!a.done && a.value.key >= b.value.key)) {
      yield a.value as Entry;
      a = await one.next();
    } else {
      yield b.value;
      b = await other.next();
    }
  }
}

function keysOf({ after, span: { from = 0, until } = {} }: LogRequest) {
  const end = until === undefined ? AFTER_ALL_IDS : deliveryIdBound(until);
  return { ':from': deliveryIdBound(from), ':to': after !== undefined && after < end ? after : end };
}

function asRow(tenantId: TenantId, webhookId: WebhookId) {
  return (item: Item) => toRow(tenantId, webhookId, item);
}

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

/**
 * A table restored from before the index has none, and nor does one whose index is being built: its late deliveries then
 * stand at their detection.
 */
async function queryIfIndexed(log: Log, request: Omit<QueryCommandInput, 'TableName'>) {
  return query(log, request).catch((error: unknown): Awaited<ReturnType<typeof query>> => {
    const { cause } = error as DependencyUnavailable;
    if (cause instanceof Error && cause.name === 'ValidationException' && cause.message.includes('index')) {
      return { $metadata: {} };
    }
    throw error;
  });
}

async function query({ client, tableName }: Log, request: Omit<QueryCommandInput, 'TableName'>) {
  const command = new QueryCommand({ TableName: tableName, ScanIndexForward: false, ...request });
  return client.send(command).catch((cause: unknown) => {
    throw new DependencyUnavailable('delivery-log', 'list deliveries', cause);
  });
}

/** DynamoDB refuses to look between an instant and an earlier one. */
function isEmpty({ from = 0, until = Number.MAX_SAFE_INTEGER }: Span = {}): boolean {
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
