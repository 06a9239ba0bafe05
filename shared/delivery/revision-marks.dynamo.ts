/**
 * The marks in the delivery log's table, under a partition key that no list of deliveries asks for: one UpdateItem, and a read
 * of what stands in its way if it is refused.
 */
import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { expressionOf, Placeholders } from '../runtime/condition.dynamo.ts';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { ItemKey } from '../runtime/keys.dynamo.ts';
import { logKey } from './keys.dynamo.ts';
import { parseRevisionMark } from './revision-mark.schema.ts';
import type { MarkChange, RevisionMark } from './revision-mark.ts';
import type { RevisionMarks } from './revision-marks.port.ts';

const DEPENDENCY = 'delivery-log';

/** An id may be longer than a key. */
export function markKey(tenantId: TenantId, webhookId: WebhookId, findingId: string): ItemKey {
  const hash = createHash('sha256').update(findingId).digest('hex');
  return { pk: `${logKey(tenantId, webhookId)}#revisions`, sk: hash };
}

export function createDynamoRevisionMarks(client: DynamoDBClient, tableName: string): RevisionMarks {
  return {
    async advance(tenantId, webhookId, findingId, change) {
      const Key = marshall(markKey(tenantId, webhookId, findingId));
      const command = new UpdateItemCommand({ TableName: tableName, Key, ...updateOf(change) });
      try {
        await client.send(command);
        return { kind: 'written' };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) {
          throw new DependencyUnavailable(DEPENDENCY, 'begin a revision', error);
        }
      }
      return { kind: 'refused', mark: await read(Key) };
    },
  };

  async function read(Key: GetItemCommandInput['Key']): Promise<RevisionMark | undefined> {
    const { Item } = await client
      .send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))
      .catch((cause: unknown) => {
        throw new DependencyUnavailable(DEPENDENCY, 'read the mark of a revision', cause);
      });
    return Item && markOf(unmarshall(Item));
  }
}

function updateOf({ set, when }: MarkChange) {
  const placeholders = new Placeholders();
  const parts = Object.entries(set).map(([name, value]) => `${placeholders.name(name)} = ${placeholders.value(value)}`);
  return {
    UpdateExpression: `SET ${parts.join(', ')}`,
    ConditionExpression: expressionOf(when, placeholders),
    ...placeholders.attributes(),
  };
}

function markOf(item: unknown): RevisionMark {
  const parsed = parseRevisionMark(item);
  if (parsed.kind === 'rejected') {
    throw new DependencyUnavailable(DEPENDENCY, 'give a readable mark of a revision', parsed.reason);
  }
  return parsed.mark;
}
