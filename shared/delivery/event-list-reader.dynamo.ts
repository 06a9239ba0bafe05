/** Reads the list of events, consistently: what was written before the read is in it. */
import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { EventKey, EventListReader, EventPage, EventSpan } from './event-list.port.ts';
import { eventsKey } from './keys.dynamo.ts';
import { parseListedEvent } from './listed-event.schema.ts';
import { type ListedEvent, parsePosition, positionOf } from './listed-event.ts';

type Item = Record<string, AttributeValue>;

export function createDynamoEventListReader(client: DynamoDBClient, tableName: string): EventListReader {
  return {
    async read(tenantId, webhookId, span, limit) {
      const { items, isCut } = await query(tenantId, webhookId, span, limit, {});
      return { events: items.map(toEvent), isCut };
    },

    async readKeys(tenantId, webhookId, span, limit) {
      const { items, isCut } = await query(tenantId, webhookId, span, limit, { ProjectionExpression: 'sk' });
      return { events: items.map(toKey), isCut };
    },
  };

  /** One call: DynamoDB ends it at 1 MB. */
  async function query(
    tenantId: TenantId,
    webhookId: WebhookId,
    { after, until }: EventSpan,
    limit: number,
    projection: { readonly ProjectionExpression?: string },
  ): Promise<Omit<EventPage<never>, 'events'> & { readonly items: readonly Item[] }> {
    const [from, to] = [`${after}${AFTER}`, positionOf(until)];
    // DynamoDB refuses a BETWEEN whose bounds are in the wrong order.
    if (from > to) {
      return { items: [], isCut: false };
    }
    const command = new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :of AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: marshall({ ':of': eventsKey(tenantId, webhookId), ':from': from, ':to': to }),
      ConsistentRead: true,
      Limit: limit,
      ...projection,
    });
    const { Items = [], LastEvaluatedKey } = await client.send(command).catch((cause: unknown) => {
      throw new DependencyUnavailable('delivery-log', 'read events', cause);
    });
    return { items: Items, isCut: LastEvaluatedKey !== undefined };
  }
}

/** Sorts after the position itself, and before every later one: no key has a character below `#`. */
const AFTER = ' ';

function toKey(item: Item): EventKey {
  return parsePosition(item['sk']?.S ?? '') ?? unreadable('its key is no position in a list');
}

function toEvent(item: Item): ListedEvent {
  const parsed = parseListedEvent(toKey(item), unmarshall(item));
  return parsed.kind === 'parsed' ? parsed.event : unreadable(parsed.reason);
}

function unreadable(reason: string): never {
  throw new DependencyUnavailable('delivery-log', 'give a readable event', reason);
}
