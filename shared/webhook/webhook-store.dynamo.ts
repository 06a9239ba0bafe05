/** The tenants' webhooks on DynamoDB. It decides nothing: each update brings what is written and its condition. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { conditionExpression, expressionOf, Placeholders } from '../runtime/condition.dynamo.ts';
import { ABSENT, all, equals, PRESENT } from '../runtime/condition.ts';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../runtime/ids.ts';
import { tenantKey } from '../runtime/keys.dynamo.ts';
import { WEBHOOK_PREFIX, webhookIdOfKey, webhookKey } from './keys.dynamo.ts';
import type { TurnChange } from './retry-line.ts';
import { HEALTHY, type Webhook } from './webhook.ts';
import { parseWebhookItem, toWebhookAttributes, toWebhookItem } from './webhook-item.schema.ts';
import type { Lines, WebhookStore, WriteOutcome } from './webhook-store.port.ts';
import type { WebhookUpdate } from './webhook-update.ts';

type UpdateExpression = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

export function createDynamoWebhookStore(client: DynamoDBClient, tableName: string): WebhookStore & Lines {
  return {
    async list(tenantId) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: marshall({ ':pk': tenantKey(tenantId), ':prefix': WEBHOOK_PREFIX }),
        },
      );
      const webhooks: Webhook[] = [];
      try {
        for await (const { Items = [] } of pages) {
          webhooks.push(...Items.map((item) => toWebhook(tenantId, unmarshall(item))));
        }
      } catch (cause) {
        throw new DependencyUnavailable('config-table', "list a tenant's webhooks", cause);
      }
      return webhooks;
    },

    async find(tenantId, webhookId) {
      const Key = marshall(webhookKey(tenantId, webhookId));
      try {
        const command = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
        const { Item } = await client.send(command);
        return Item && toWebhook(tenantId, unmarshall(Item));
      } catch (cause) {
        throw new DependencyUnavailable('config-table', 'read a webhook', cause);
      }
    },

    add(tenantId, webhook) {
      const Item = marshall({ ...webhookKey(tenantId, webhook.webhookId), ...toWebhookItem(webhook) });
      const command = new PutItemCommand({ TableName: tableName, Item, ...conditionExpression(ABSENT) });
      return conditionally('add a webhook', client.send(command));
    },

    update(tenantId, webhookId, update) {
      const Key = marshall(webhookKey(tenantId, webhookId));
      const command = new UpdateItemCommand({ TableName: tableName, Key, ...updateExpression(update) });
      return conditionally('change a webhook', client.send(command));
    },

    async takeTurn(tenantId, webhookId, change) {
      const Key = marshall(webhookKey(tenantId, webhookId));
      const command = new UpdateItemCommand({ TableName: tableName, Key, ...turnExpression(change) });
      try {
        const { Attributes = {} } = await client.send(command);
        return Number(Attributes[change.end]?.N) - change.gapMillis;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return undefined;
        }
        throw new DependencyUnavailable('config-table', 'take a turn', error);
      }
    },

    remove(tenantId, { webhookId, revision }) {
      const Key = marshall(webhookKey(tenantId, webhookId));
      const condition = conditionExpression(equals('revision', revision));
      const command = new DeleteItemCommand({ TableName: tableName, Key, ...condition });
      return conditionally('remove a webhook', client.send(command));
    },
  };
}

function turnExpression({ end, to, gapMillis, explainedMillis, when }: TurnChange): UpdateExpression {
  const placeholders = new Placeholders();
  const name = placeholders.name(end);
  const set = to.kind === 'begin' ? `SET ${name} = ${placeholders.value(to.endAt)}` : '';
  const added = [
    ...(to.kind === 'join' ? [`${name} ${placeholders.value(gapMillis)}`] : []),
    ...(explainedMillis === undefined
      ? []
      : [`${placeholders.name('explainedMillis')} ${placeholders.value(explainedMillis)}`]),
  ];
  return {
    UpdateExpression: `${set}${added.length > 0 ? ` ADD ${added.join(', ')}` : ''}`,
    ConditionExpression: ifThere(when, placeholders),
    ...placeholders.attributes(),
    ReturnValues: 'UPDATED_NEW',
  };
}

async function conditionally(operation: string, write: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await write;
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return 'conflict';
    }
    throw new DependencyUnavailable('config-table', operation, error);
  }
}

function toWebhook(tenantId: TenantId, item: Readonly<Record<string, unknown>>): Webhook {
  const webhookId = webhookIdOfKey(String(item['sk']));
  if (webhookId === undefined) {
    throw new Error(`No webhook's key: ${item['sk']}`);
  }
  const parsed = parseWebhookItem(tenantId, webhookId, item);
  if (parsed.kind === 'rejected') {
    throw new Error(`Webhook ${webhookId} of tenant ${tenantId} cannot be read: ${parsed.reason}`);
  }
  return parsed.webhook;
}

/** Counts are added by DynamoDB itself, in one step with the condition. */
function updateExpression({ set, health, when }: WebhookUpdate): UpdateExpression {
  const placeholders = new Placeholders();
  const clauses: Record<'SET' | 'REMOVE' | 'ADD', string[]> = { SET: [], REMOVE: [], ADD: [] };
  const parts = { ...set, ...(health?.kind === 'reset' && { health: HEALTHY }) };
  const attributes = { ...toWebhookAttributes(parts), ...(health?.kind === 'pace' && { slowAt: health.slowAt }) };
  for (const [attribute, value] of Object.entries(attributes)) {
    const name = placeholders.name(attribute);
    if (value === undefined) {
      clauses.REMOVE.push(name);
    } else {
      clauses.SET.push(`${name} = ${placeholders.value(value)}`);
    }
  }
  if (health?.kind === 'count') {
    clauses.ADD.push(`${placeholders.name(health.field)} ${placeholders.value(1)}`);
    if (health.failingSince !== undefined) {
      const name = placeholders.name('failingSince');
      clauses.SET.push(`${name} = if_not_exists(${name}, ${placeholders.value(health.failingSince)})`);
    }
  }
  const filled = Object.entries(clauses).filter(([, list]) => list.length > 0);
  return {
    UpdateExpression: filled.map(([clause, list]) => `${clause} ${list.join(', ')}`).join(' '),
    ConditionExpression: ifThere(when, placeholders),
    ...placeholders.attributes(),
  };
}

/** UpdateItem creates an item where there is none: without this a deleted webhook would come back as a fragment. */
function ifThere(when: WebhookUpdate['when'], placeholders: Placeholders): string {
  return expressionOf(all(PRESENT, when), placeholders);
}
