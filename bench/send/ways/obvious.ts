/**
 * The obvious way, as a reference: for each delivery get the webhook, claim the delivery, POST with one signature, put the
 * outcome. It has no guard, no retry and no second signature.
 */
import { createHmac } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { deliveryKey } from '../../../shared/delivery/keys.dynamo.ts';
import { webhookKey } from '../../../shared/webhook/keys.dynamo.ts';
import type { Prepare, Way } from '../measured-child.ts';
import { posting } from './bare.ts';

export function obviousWay(urls: Way['urls'], ca: string, { config, deliveryLog }: Way['tables']): Prepare {
  const dynamo = new DynamoDBClient();
  const post = posting(ca);

  async function deliver(body: string): Promise<void> {
    const { tenantId, webhookId, deliveryId, finding } = JSON.parse(body) as DeliveryMessage;
    const { Item = {} } = await dynamo.send(
      new GetItemCommand({ TableName: config, Key: marshall(webhookKey(tenantId, webhookId)), ConsistentRead: true }),
    );
    const webhook = unmarshall(Item);
    const row = { ...deliveryKey(tenantId, webhookId, deliveryId), finding, webhook: webhook['name'] };
    await dynamo.send(
      new PutItemCommand({
        TableName: deliveryLog,
        Item: marshall({ ...row, status: 'claimed' }),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    const signature = createHmac('sha256', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').update(finding).digest('hex');
    await post(urls[webhookId] ?? '', { 'webhook-id': deliveryId, 'webhook-signature': signature }, finding);
    await dynamo.send(
      new PutItemCommand({ TableName: deliveryLog, Item: marshall({ ...row, status: 'delivered', at: Date.now() }) }),
    );
  }

  return (bodies) => async () => {
    await Promise.all(bodies.map(deliver));
  };
}
