/** Wires `dispatch` for Lambda. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsDeadLetters } from '../../shared/delivery/dead-letters.sqs.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { createSqsDeliveryQueues } from '../../shared/delivery/delivery-queues.sqs.ts';
import { createDynamoEventList } from '../../shared/delivery/event-list.dynamo.ts';
import { createSqsReturnedMessages } from '../../shared/delivery/returned-messages.sqs.ts';
import { createDynamoUnreadFindings } from '../../shared/finding/unread-findings.dynamo.ts';
import { createAwsClient } from '../../shared/runtime/aws-client.https.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { createDynamoClient } from '../../shared/runtime/dynamo-client.dynamo.ts';
import { createSystemTelemetry } from '../../shared/runtime/telemetry.system.ts';
import { createXrayTracer } from '../../shared/runtime/tracer.xray.ts';
import { createDynamoNoticeMarks } from '../../shared/webhook/notice-marks.dynamo.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { parseDispatchEnvironment } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseDispatchEnvironment(process.env);
const tracer = createXrayTracer(process.env);
const sqs = tracer.traced(createAwsClient(SQSClient));
const dynamo = tracer.traced(createDynamoClient());

export const handler = createHandler({
  webhooks: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
  queues: createSqsDeliveryQueues(sqs, { delivery: env.DELIVERY_QUEUE_URL, retry: env.RETRY_QUEUE_URL }),
  events: createDynamoEventList(dynamo, env.DELIVERY_LOG_NAME),
  rejected: createSqsDeadLetters(sqs, env.FINDINGS_DLQ_URL),
  strays: createSqsDeadLetters(sqs, env.SET_ASIDE_EVENTS_URL),
  notices: createDynamoNoticeMarks(dynamo, env.CONFIG_TABLE_NAME),
  log: createDynamoDeliveryLog(dynamo, env.DELIVERY_LOG_NAME),
  consoleUrl: env.CONSOLE_URL,
  unread: createDynamoUnreadFindings(dynamo, env.CONFIG_TABLE_NAME),
  returns: createSqsReturnedMessages(sqs, env.FINDINGS_QUEUE_URL),
  telemetry: createSystemTelemetry(process.env),
  clock: systemClock,
});
