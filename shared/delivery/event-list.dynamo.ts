/** The list of events in the delivery log's table, a partition for each webhook, which no list of deliveries asks for. */
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { finishBatch } from '../runtime/unprocessed.dynamo.ts';
import type { DeliveryMessage } from './delivery.ts';
import type { EventList } from './event-list.port.ts';
import { eventsKey } from './keys.dynamo.ts';
import { listedAttributes, positionOf } from './listed-event.ts';

/** The most that one BatchWriteItem takes (DynamoDB API reference). */
const EVENTS_PER_CALL = 25;

export function createDynamoEventList(client: DynamoDBClient, tableName: string): EventList {
  return {
    async add(messages, listedAt) {
      const calls: Promise<readonly DeliveryMessage[]>[] = [];
      for (let start = 0; start < messages.length; start += EVENTS_PER_CALL) {
        calls.push(write(messages.slice(start, start + EVENTS_PER_CALL), listedAt));
      }
      return (await Promise.all(calls)).flat();
    },
  };

  async function write(messages: readonly DeliveryMessage[], listedAt: number): Promise<readonly DeliveryMessage[]> {
    const requests: readonly WriteRequest[] = messages.map((message) => ({
      PutRequest: { Item: toItem(message, listedAt) },
    }));
    const left = await finishBatch(requests, async (open) => {
      const { UnprocessedItems } = await client
        .send(new BatchWriteItemCommand({ RequestItems: { [tableName]: open } }))
        .catch((cause: unknown) => {
          throw new DependencyUnavailable('delivery-log', 'list events', cause);
        });
      return UnprocessedItems?.[tableName] ?? [];
    });
    const unlisted = new Set(left.map(nameOf));
    return messages.filter((_message, index) => unlisted.has(nameOf(requests[index] ?? {})));
  }
}

function toItem(message: DeliveryMessage, listedAt: number) {
  const { tenantId, webhookId, deliveryId } = message;
  return marshall({
    pk: eventsKey(tenantId, webhookId),
    sk: positionOf(listedAt, deliveryId),
    ...listedAttributes(message, listedAt),
  });
}

function nameOf({ PutRequest }: WriteRequest): string {
  return `${PutRequest?.Item?.['pk']?.S} ${PutRequest?.Item?.['sk']?.S}`;
}
