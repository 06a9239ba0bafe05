/** The delivery log on DynamoDB as people look at it. Every call reads a bounded part of the table. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DetectedDelivery } from './delivery.ts';
import type { DeliveryHistory } from './delivery-history.port.ts';
import { parseDetectedItem } from './delivery-item.schema.ts';
import { countFailures, listFailures } from './history-failures.dynamo.ts';
import { readOutcomes } from './history-outcomes.dynamo.ts';
import { listByArrival, listByDetection } from './history-pages.dynamo.ts';
import {
  findAll,
  type Item,
  idOf,
  type Log,
  NO_DELIVERY_ID,
  QUERIES_PER_PAGE,
  query,
  unreadable,
} from './history-reads.dynamo.ts';
import { logKey } from './keys.dynamo.ts';

export function createDynamoDeliveryHistory(client: DynamoDBClient, tableName: string): DeliveryHistory {
  const log: Log = { client, tableName };
  return {
    listByDetection: listByDetection(log),
    listByArrival: listByArrival(log),
    readLatest: readLatest(log),
    listFailures: listFailures(log),
    findAll: findAll(log),
    countFailures: countFailures(log),
    readOutcomes: readOutcomes(log),
  };
}

/** Its findings are counted, and it is none. */
const NO_DIGEST = 'attribute_not_exists(digestEndsAt) OR attribute_exists(digestId)';

const readLatest =
  (log: Log): DeliveryHistory['readLatest'] =>
  async (tenantId, webhookId, limit) => {
    const deliveries: DetectedDelivery[] = [];
    let start: Item | undefined;
    for (let queries = 0; queries < QUERIES_PER_PAGE && deliveries.length < limit; queries += 1) {
      const { Items = [], LastEvaluatedKey } = await query(log, {
        KeyConditionExpression: 'pk = :pk',
        ProjectionExpression: 'sk, #status, attempts, nextAttemptAt, waitingSince',
        FilterExpression: NO_DIGEST,
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

function toDetected(item: Item): DetectedDelivery {
  const deliveryId = idOf(item);
  const parsed = deliveryId === undefined ? NO_DELIVERY_ID : parseDetectedItem(deliveryId, unmarshall(item));
  return parsed.kind === 'parsed' ? parsed.delivery : unreadable(parsed);
}
