/** Collects what is to be judged from the running system, over the same AWS endpoint that everybody uses. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseDeliveryItem } from '../../shared/delivery/delivery-item.schema.ts';
import { parseDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { type DeliveryId, parseDeliveryId, parseTenantId, parseWebhookId } from '../../shared/runtime/ids.ts';
import type { DeadFinding } from './compare-evidence.ts';

/** Every row of the delivery log. Throws if one cannot be read: a demo must not pass over it. */
export async function readDeliveryLog(client: DynamoDBClient, tableName: string): Promise<readonly DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName, ConsistentRead: true })) {
    rows.push(...Items.map((item) => toRow(unmarshall(item))));
  }
  return rows;
}

function toRow(item: Readonly<Record<string, unknown>>): DeliveryRow {
  const [tenantText = '', webhookText = ''] = String(item['pk']).split('#');
  const tenantId = parseTenantId(tenantText);
  const webhookId = parseWebhookId(webhookText);
  const deliveryId = parseDeliveryId(String(item['sk']));
  if (tenantId === undefined || webhookId === undefined || deliveryId === undefined) {
    throw new Error(`The delivery log holds a row with a strange key: ${item['pk']} ${item['sk']}`);
  }
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

/** Throws at a ticket that cannot be read. */
export async function peekRedriveMessages(client: SQSClient, queueUrl: string): Promise<readonly DeliveryId[]> {
  const messages = await peek(client, queueUrl);
  return messages.map(({ Body }) => {
    const parsed = parseDeliveryMessage(Body ?? '');
    if (parsed.kind === 'rejected') {
      throw new Error(`A ticket cannot be read: ${parsed.reason}`);
    }
    return parsed.message.deliveryId;
  });
}

/** All visible messages of a queue, which stay there: each is hidden while the rest is read, then shown again. */
async function peek(client: SQSClient, queueUrl: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      VisibilityTimeout: 60,
    });
    const { Messages = [] } = await client.send(command);
    if (Messages.length === 0) {
      break;
    }
    messages.push(...Messages);
  }
  for (const { ReceiptHandle } of messages) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
  return messages;
}
