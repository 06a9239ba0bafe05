/** Collects what is to be judged from the running system, over the same AWS endpoint that everyone uses. */
import { BatchGetItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseDeliveryItem } from '../../shared/delivery/delivery-item.schema.ts';
import { parseDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { deliveryKey, parseDeliveryKey } from '../../shared/delivery/keys.dynamo.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import { finishBatch } from '../../shared/runtime/unprocessed.dynamo.ts';
import type { DeadFinding } from './compare-evidence.ts';

/** Every row of the delivery log. Throws if one cannot be read: a demo must not pass over it. */
export async function readDeliveryLog(
  client: DynamoDBClient,
  tableName: string,
  onPage: (rows: number) => void = () => {},
): Promise<readonly DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName, ConsistentRead: true })) {
    rows.push(...Items.map((item) => toRow(unmarshall(item))));
    onPage(rows.length);
  }
  return rows;
}

/** The rows of some deliveries, 100 at most, as far as they are there. Throws if one cannot be read. */
export async function readRows(
  client: DynamoDBClient,
  tableName: string,
  deliveries: readonly DeliveryKey[],
): Promise<readonly DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  const keys = deliveries.map(({ tenantId, webhookId, deliveryId }) =>
    marshall(deliveryKey(tenantId, webhookId, deliveryId)),
  );
  await finishBatch(keys, async (Keys) => {
    const RequestItems = { [tableName]: { Keys, ConsistentRead: true } };
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(new BatchGetItemCommand({ RequestItems }));
    rows.push(...(Responses[tableName] ?? []).map((item) => toRow(unmarshall(item))));
    return UnprocessedKeys[tableName]?.Keys ?? [];
  });
  return rows;
}

function toRow(item: Readonly<Record<string, unknown>>): DeliveryRow {
  const key = parseDeliveryKey(item);
  if (key === undefined) {
    throw new Error(`The delivery log holds a row with a strange key: ${item['pk']} ${item['sk']}`);
  }
  const { tenantId, webhookId, deliveryId } = key;
  const parsed = parseDeliveryItem(tenantId, webhookId, deliveryId, item);
  if (parsed.kind === 'rejected') {
    throw new Error(`The delivery log's row ${deliveryId} cannot be read: ${parsed.reason}`);
  }
  return parsed.row;
}

export async function peekDeadFindings(client: SQSClient, queueUrl: string): Promise<readonly DeadFinding[]> {
  const messages = await peek(client, queueUrl);
  return messages.map(({ Body, MessageAttributes }) => ({
    body: Body ?? '',
    reason: MessageAttributes?.['reason']?.StringValue ?? '',
  }));
}

/** Throws at a redrive message that cannot be read. */
export async function peekRedriveMessages(client: SQSClient, queueUrl: string): Promise<readonly DeliveryId[]> {
  const messages = await peek(client, queueUrl);
  return messages.map(({ Body }) => {
    const parsed = parseDeliveryMessage(Body ?? '');
    if (parsed.kind === 'rejected') {
      throw new Error(`A redrive message cannot be read: ${parsed.reason}`);
    }
    return parsed.message.deliveryId;
  });
}

/** The most that one SQS call carries. */
const MESSAGES_PER_CALL = 10;

/** All visible messages of a queue, which stay there: each is hidden while the rest is read, then shown again. */
async function peek(client: SQSClient, queueUrl: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: MESSAGES_PER_CALL,
      MessageAttributeNames: ['All'],
      VisibilityTimeout: 60,
    });
    const { Messages = [] } = await client.send(command);
    if (Messages.length === 0) {
      break;
    }
    messages.push(...Messages);
  }
  for (let start = 0; start < messages.length; start += MESSAGES_PER_CALL) {
    const Entries = messages
      .slice(start, start + MESSAGES_PER_CALL)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  return messages;
}

/** How many messages a queue shows. */
export async function countMessages(client: SQSClient, queueUrl: string): Promise<number> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  const { Attributes } = await client.send(command);
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}
