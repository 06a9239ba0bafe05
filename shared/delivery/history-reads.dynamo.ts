/** What the reads of the delivery history share: the query, rows by their ids, and the parsing of items. */
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
import type { DeliveryRow } from './delivery.ts';
import { type DeliveryHistory, MOST_LOOKED_AT, type Span } from './delivery-history.port.ts';
import { parseDeliveryItem } from './delivery-item.schema.ts';
import { deliveryKey } from './keys.dynamo.ts';

/** Rows of one query while looking for those of a status: about 200 KB, and a quarter of a second at most. */
export const LOOKED_AT_PER_QUERY = 200;
export const QUERIES_PER_PAGE = MOST_LOOKED_AT / LOOKED_AT_PER_QUERY;

export type Item = Record<string, AttributeValue>;

/** The table, and the client that reads it. */
export interface Log {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export const findAll =
  (log: Log): DeliveryHistory['findAll'] =>
  async (tenantId, webhookId, deliveryIds) => {
    const rows = (await readItems(log, tenantId, webhookId, deliveryIds)).map((item) =>
      toRow(tenantId, webhookId, item),
    );
    const found = new Map(rows.map((row) => [row.deliveryId, row]));
    return deliveryIds.map((id) => found.get(id)).filter((row) => row !== undefined);
  };

/** Which attributes; absent: all. */
type Projection = Pick<QueryCommandInput, 'ProjectionExpression' | 'ExpressionAttributeNames'>;

/** In any order, and only those that are there. */
export async function readItems(
  log: Log,
  tenantId: TenantId,
  webhookId: WebhookId,
  deliveryIds: readonly DeliveryId[],
  projection: Projection = {},
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const keys = deliveryIds.map((id) => marshall(deliveryKey(tenantId, webhookId, id)));
  const open = await finishBatch(keys, async (wanted) => {
    const RequestItems = { [log.tableName]: { Keys: [...wanted], ConsistentRead: true, ...projection } };
    const response = await log.client.send(new BatchGetItemCommand({ RequestItems })).catch((cause: unknown) => {
      throw new DependencyUnavailable('delivery-log', 'read rows', cause);
    });
    items.push(...(response.Responses?.[log.tableName] ?? []));
    return response.UnprocessedKeys?.[log.tableName]?.Keys ?? [];
  });
  if (open.length > 0) {
    throw new DependencyUnavailable('delivery-log', 'read every row that was asked for', undefined);
  }
  return items;
}

export async function query({ client, tableName }: Log, request: Omit<QueryCommandInput, 'TableName'>) {
  const command = new QueryCommand({ TableName: tableName, ScanIndexForward: false, ...request });
  return client.send(command).catch((cause: unknown) => {
    throw new DependencyUnavailable('delivery-log', 'list deliveries', cause);
  });
}

/**
 * A table restored from before the index has none, and nor does one whose index is being built: its late deliveries then
 * stand at their detection.
 */
export async function queryIfIndexed(log: Log, request: Omit<QueryCommandInput, 'TableName'>) {
  return query(log, request).catch((error: unknown): Awaited<ReturnType<typeof query>> => {
    const { cause } = error as DependencyUnavailable;
    if (cause instanceof Error && cause.name === 'ValidationException' && cause.message.includes('index')) {
      return { $metadata: {} };
    }
    throw error;
  });
}

/** DynamoDB refuses to look between an instant and an earlier one. */
export function isEmpty({ from = 0, until = Number.MAX_SAFE_INTEGER }: Span = {}): boolean {
  return until <= from;
}

export function toRow(tenantId: TenantId, webhookId: WebhookId, item: Item): DeliveryRow {
  const deliveryId = idOf(item);
  const parsed =
    deliveryId === undefined ? NO_DELIVERY_ID : parseDeliveryItem(tenantId, webhookId, deliveryId, unmarshall(item));
  return parsed.kind === 'parsed' ? parsed.row : unreadable(parsed);
}

export const NO_DELIVERY_ID: Rejected = { kind: 'rejected', reason: 'its key is no delivery id' };

export function unreadable({ reason }: Rejected): never {
  throw new DependencyUnavailable('delivery-log', 'give a readable row', reason);
}

export function idOf(item: Item): DeliveryId | undefined {
  return parseDeliveryId(item['sk']?.S ?? '');
}
