/**
 * The deliveries of a webhook page by page: those that came late are found by their index, all others by their detection, and
 * both are merged into one list.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../runtime/ids.ts';
import { LATE_INDEX } from '../topology/tables.ts';
import type { DeliveryRow } from './delivery.ts';
import { type DeliveryHistory, type LogPage, type LogRequest, MOST_LOOKED_AT } from './delivery-history.port.ts';
import { deliveryIdBound } from './delivery-id.ts';
import {
  findAll,
  type Item,
  idOf,
  isEmpty,
  LOOKED_AT_PER_QUERY,
  type Log,
  QUERIES_PER_PAGE,
  query,
  queryIfIndexed,
  toRow,
} from './history-reads.dynamo.ts';
import { logKey } from './keys.dynamo.ts';

/** Most webhooks have none; a page of others rarely has more. */
const LATE_PER_QUERY = 25;

const AFTER_ALL_IDS = 'dlv_~';

export const listByDetection =
  (log: Log): DeliveryHistory['listByDetection'] =>
  (tenantId, webhookId, request) =>
    collect(entriesByDetection(log, logKey(tenantId, webhookId), request, asRow(tenantId, webhookId)), request);

export const listByArrival =
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

/** A position in a list, and the row there; absent if the row is not of this list. */
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
