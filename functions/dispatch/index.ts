/** Wires `dispatch` for Lambda. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_CLIENT_SETTINGS } from '../../shared/adapters/aws-client-settings.ts';
import { createDynamoWebhookStore } from '../../shared/adapters/dynamo-webhook-store.ts';
import { createPowertoolsTelemetry } from '../../shared/adapters/powertools-telemetry.ts';
import { createSqsDeadLetters } from '../../shared/adapters/sqs-dead-letters.ts';
import { createSqsDeliveryLanes } from '../../shared/adapters/sqs-delivery-queues.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { parseDispatchEnvironment } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseDispatchEnvironment(process.env);
const sqs = new SQSClient(AWS_CLIENT_SETTINGS);

export const handler = createHandler({
  webhooks: createDynamoWebhookStore(new DynamoDBClient(AWS_CLIENT_SETTINGS), env.CONFIG_TABLE_NAME),
  lanes: createSqsDeliveryLanes(sqs, { delivery: env.DELIVERY_QUEUE_URL, retry: env.RETRY_QUEUE_URL }),
  rejected: createSqsDeadLetters(sqs, env.FINDINGS_DLQ_URL),
  telemetry: createPowertoolsTelemetry(),
  clock: systemClock,
});
