/** Wires `reconcile` for Lambda. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createEventBridgeAnnouncer } from '../../shared/delivery/announcer.eventbridge.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { createSqsRedriveQueue, createSqsRetryQueue } from '../../shared/delivery/delivery-queues.sqs.ts';
import { createDynamoDueDeliveries } from '../../shared/delivery/due-deliveries.dynamo.ts';
import { createDynamoEventListReader } from '../../shared/delivery/event-list-reader.dynamo.ts';
import { createDynamoManifestSchedules } from '../../shared/delivery/manifest-schedules.dynamo.ts';
import { createAwsClient } from '../../shared/runtime/aws-client.https.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { createDynamoClient } from '../../shared/runtime/dynamo-client.dynamo.ts';
import { createSystemTelemetry } from '../../shared/runtime/telemetry.system.ts';
import { createXrayTracer } from '../../shared/runtime/tracer.xray.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { parseReconcileEnvironment } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseReconcileEnvironment(process.env);
const tracer = createXrayTracer(process.env);
const dynamo = tracer.traced(createDynamoClient());
const sqs = tracer.traced(createAwsClient(SQSClient));

export const handler = createHandler({
  due: createDynamoDueDeliveries(dynamo, env.DELIVERY_LOG_NAME),
  schedules: createDynamoManifestSchedules(dynamo, env.DELIVERY_LOG_NAME),
  eventReader: createDynamoEventListReader(dynamo, env.DELIVERY_LOG_NAME),
  webhooks: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
  manifestPeriodMillis: env.MANIFEST_PERIOD_SECONDS * 1000,
  log: createDynamoDeliveryLog(dynamo, env.DELIVERY_LOG_NAME),
  retryQueue: createSqsRetryQueue(sqs, env.RETRY_QUEUE_URL),
  redriveQueue: createSqsRedriveQueue(sqs, env.EXHAUSTED_DELIVERIES_URL),
  announcer: createEventBridgeAnnouncer(tracer.traced(createAwsClient(EventBridgeClient)), env.EVENT_BUS_NAME),
  telemetry: createSystemTelemetry(process.env),
  clock: systemClock,
});
