/** What needs attention, by its index: failed, held and waiting deliveries. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { ATTENTION_INDEX } from '../topology/tables.ts';
import type { DeliveryHistory, FailurePosition, Span } from './delivery-history.port.ts';
import { type Item, idOf, isEmpty, type Log, query } from './history-reads.dynamo.ts';
import { attentionKey, deliveryKey } from './keys.dynamo.ts';

export const listFailures =
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

export const countFailures =
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

function positionOf(item: Item): FailurePosition | undefined {
  const deliveryId = idOf(item);
  const failedAt = Number(item[ATTENTION_INDEX.sortKey.name]?.N);
  return deliveryId && { deliveryId, failedAt };
}
