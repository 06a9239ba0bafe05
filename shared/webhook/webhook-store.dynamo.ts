/** The tenants' webhooks on DynamoDB: settings under their revision, health beside them under conditions of its own. */
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
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import { tenantKey } from '../runtime/keys.dynamo.ts';
import { WEBHOOK_PREFIX, webhookIdOfKey, webhookKey } from './keys.dynamo.ts';
import { EXHAUSTED_COUNT_LIMIT, FAILING_AFTER, type HealthEvent, type Webhook } from './webhook.ts';
import { parseWebhookItem, toWebhookItem } from './webhook-item.schema.ts';
import type { WebhookHealthNotes, WebhookStore, WriteOutcome } from './webhook-store.port.ts';

/** Attributes that a change may take away; the others are always there. */
const OPTIONAL_ATTRIBUTES = ['stateReason', 'secretArn', 'secretVersionId', 'secretContents', 'failingSince'];
const STATE_ATTRIBUTES = ['state', 'stateReason'];
const HEALTH_ATTRIBUTES = ['failuresInARow', 'failingSince', 'exhaustedCount'];

type UpdateExpression = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

export function createDynamoWebhookStore(client: DynamoDBClient, tableName: string): WebhookStore & WebhookHealthNotes {
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

  function update(tenantId: TenantId, webhookId: WebhookId, expression: UpdateExpression) {
    const Key = marshall(webhookKey(tenantId, webhookId));
    return client.send(new UpdateItemCommand({ TableName: tableName, Key, ...expression }));
  }

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
      const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
      const command = new PutItemCommand({ TableName: tableName, Item, ...condition });
      return conditionally('add a webhook', client.send(command));
    },

    replace(tenantId, before, after) {
      return conditionally('change a webhook', update(tenantId, after.webhookId, settingsUpdate(before, after)));
    },

    remove(tenantId, { webhookId, revision }) {
      const command = new DeleteItemCommand({
        TableName: tableName,
        Key: marshall(webhookKey(tenantId, webhookId)),
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: marshall({ ':revision': revision }),
      });
      return conditionally('remove a webhook', client.send(command));
    },

    async note(tenantId, webhookId, event, nowMillis) {
      // A conflict means that there is nothing to note: the count is at its bound, or the webhook is gone.
      await conditionally('note health', update(tenantId, webhookId, healthUpdate(event, nowMillis)));
    },

    async disable(tenantId, webhookId, reason) {
      const write = update(tenantId, webhookId, {
        UpdateExpression: 'SET #state = :disabled, stateReason = :reason',
        ConditionExpression: '#state = :enabled',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: marshall({ ':disabled': 'disabled', ':reason': reason, ':enabled': 'enabled' }),
      });
      return (await conditionally('disable a webhook', write)) === 'written';
    },
  };
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

function settingsUpdate(before: Webhook, after: Webhook): UpdateExpression {
  // Both are the sender's to change as well, and without a new revision.
  const writesHealth = after.health !== before.health;
  const writesState = after.state !== before.state;
  const isWritten = (name: string) =>
    (writesHealth || !HEALTH_ATTRIBUTES.includes(name)) && (writesState || !STATE_ATTRIBUTES.includes(name));
  const item = Object.entries(toWebhookItem(after)).filter(([name]) => isWritten(name));
  const removed = OPTIONAL_ATTRIBUTES.filter((name) => isWritten(name) && !item.some(([set]) => set === name));
  const assignments = item.map(([name]) => `#${name} = :${name}`).join(', ');
  const removals = removed.map((name) => `#${name}`).join(', ');
  const names = [...item.map(([name]) => name), ...removed];
  return {
    UpdateExpression: `SET ${assignments}${removals && ` REMOVE ${removals}`}`,
    ConditionExpression: `#revision = :revisionBefore${writesState ? ' AND #state = :stateBefore' : ''}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: marshall({
      ...Object.fromEntries(item.map(([name, value]) => [`:${name}`, value])),
      ':revisionBefore': before.revision,
      ...(writesState && { ':stateBefore': before.state.kind }),
    }),
  };
}

function healthUpdate(event: HealthEvent, nowMillis: number): UpdateExpression {
  switch (event) {
    case 'succeeded':
      return {
        UpdateExpression: 'SET failuresInARow = :zero, exhaustedCount = :zero REMOVE failingSince',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({ ':zero': 0 }),
      };
    case 'attempt-failed':
      return {
        UpdateExpression: 'ADD failuresInARow :one',
        ConditionExpression: `attribute_exists(pk) AND ${isBelowBound('failuresInARow')}`,
        ExpressionAttributeValues: marshall({ ':one': 1, ':bound': FAILING_AFTER }),
      };
    case 'exhausted':
      return {
        UpdateExpression: 'SET failingSince = if_not_exists(failingSince, :now) ADD exhaustedCount :one',
        ConditionExpression: `attribute_exists(pk) AND ${isBelowBound('exhaustedCount')}`,
        ExpressionAttributeValues: marshall({ ':now': nowMillis, ':one': 1, ':bound': EXHAUSTED_COUNT_LIMIT }),
      };
  }
}

/** An item of an older version may lack the count, which then is 0. */
function isBelowBound(count: string): string {
  return `(attribute_not_exists(${count}) OR ${count} < :bound)`;
}
