/** Schedules in the delivery log's table: one item for each webhook that chose manifests, in the due index beside overdue deliveries. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { WriteOutcome } from '../webhook/webhook-store.port.ts';
import { scheduleKey, scheduleShard } from './keys.dynamo.ts';
import { parseManifestSchedule } from './manifest-schedule.schema.ts';
import type { ManifestSchedule } from './manifest-schedule.ts';
import type { ManifestSchedules } from './manifest-schedules.port.ts';

export function createDynamoManifestSchedules(client: DynamoDBClient, tableName: string): ManifestSchedules {
  return {
    async begin(schedule) {
      await client
        .send(new PutItemCommand({ TableName: tableName, Item: toItem(schedule) }))
        .catch(unavailable('begin'));
    },

    async find(tenantId, webhookId) {
      const Key = marshall(scheduleKey(tenantId, webhookId));
      const { Item } = await client
        .send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))
        .catch(unavailable('read'));
      if (Item === undefined) {
        return undefined;
      }
      const schedule = parseManifestSchedule(tenantId, webhookId, unmarshall(Item));
      if (schedule.kind === 'rejected') {
        throw new DependencyUnavailable('delivery-log', 'give a readable schedule of manifests', schedule.reason);
      }
      return schedule.schedule;
    },

    move: (before, after) =>
      conditionally(
        'move',
        client.send(new PutItemCommand({ TableName: tableName, Item: toItem(after), ...stillAs(before) })),
      ),

    end: (before) =>
      conditionally(
        'end',
        client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: marshall(scheduleKey(before.tenantId, before.webhookId)),
            ...stillAs(before),
          }),
        ),
      ),
  };
}

function toItem({ tenantId, webhookId, chosenAt, madeUntil, lookAt }: ManifestSchedule) {
  return marshall({
    ...scheduleKey(tenantId, webhookId),
    chosenAt,
    ...(madeUntil !== undefined && { madeUntil }),
    dueShard: scheduleShard(webhookId),
    reconcileAt: lookAt,
  });
}

/** Each move has another `reconcileAt`, each choice another `chosenAt`. */
function stillAs({ chosenAt, lookAt }: ManifestSchedule) {
  return {
    ConditionExpression: 'chosenAt = :chosenAt AND reconcileAt = :lookAt',
    ExpressionAttributeValues: marshall({ ':chosenAt': chosenAt, ':lookAt': lookAt }),
  };
}

async function conditionally(operation: string, write: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await write;
    return 'written';
  } catch (error) {
    return error instanceof ConditionalCheckFailedException ? 'conflict' : unavailable(operation)(error);
  }
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable('delivery-log', `${operation} a schedule of manifests`, cause);
  };
}
