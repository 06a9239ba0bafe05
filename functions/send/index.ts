/** Wires `send` for Lambda. Clients live as long as the function's instance, so that connections are reused. */
import { randomUUID } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createEventBridgeAnnouncer } from '../../shared/delivery/announcer.eventbridge.ts';
import { createDynamoBatchReader } from '../../shared/delivery/batch-reader.dynamo.ts';
import { createSqsDeadLetters } from '../../shared/delivery/dead-letters.sqs.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import {
  createSqsDelayQueues,
  createSqsRedriveQueue,
  createSqsRetryQueue,
} from '../../shared/delivery/delivery-queues.sqs.ts';
import { createDynamoDigestMembers } from '../../shared/delivery/digest-members.dynamo.ts';
import { createSqsReturnedMessages } from '../../shared/delivery/returned-messages.sqs.ts';
import { createDynamoRevisionMarks } from '../../shared/delivery/revision-marks.dynamo.ts';
import { createOauthAccessTokens } from '../../shared/http/access-tokens.oauth.ts';
import { parseCidrList } from '../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';
import { createXrayWebhookClient } from '../../shared/http/webhook-client.xray.ts';
import { parseHostList } from '../../shared/http/webhook-url.ts';
import { createAwsClient } from '../../shared/runtime/aws-client.https.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { createDynamoClient } from '../../shared/runtime/dynamo-client.dynamo.ts';
import { createSystemTelemetry } from '../../shared/runtime/telemetry.system.ts';
import { createXrayTracer } from '../../shared/runtime/tracer.xray.ts';
import { createDynamoFailingBudget } from '../../shared/webhook/failing-budget.dynamo.ts';
import { createSecretsManagerSecretReader } from '../../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { parseSendEnvironment } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseSendEnvironment(process.env);
const tracer = createXrayTracer(process.env);
const dynamo = tracer.traced(createDynamoClient());
const sqs = tracer.traced(createAwsClient(SQSClient));
const secretsManager = tracer.traced(createAwsClient(SecretsManagerClient));
const client = createXrayWebhookClient(
  createHttpsWebhookClient({
    allowedCidrs: parseCidrList(env.ALLOWED_CIDRS),
    ownHosts: parseHostList(env.OWN_HOSTS),
    extraCa: env.EXTRA_CA_PEM,
  }),
  tracer,
);

export const handler = createHandler({
  reader: createDynamoBatchReader(dynamo, { configTable: env.CONFIG_TABLE_NAME, deliveryLog: env.DELIVERY_LOG_NAME }),
  log: createDynamoDeliveryLog(dynamo, env.DELIVERY_LOG_NAME),
  health: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
  lines: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
  failingBudget: createDynamoFailingBudget(dynamo, env.CONFIG_TABLE_NAME),
  marks: createDynamoRevisionMarks(dynamo, env.DELIVERY_LOG_NAME),
  digestMembers: createDynamoDigestMembers(dynamo, env.DELIVERY_LOG_NAME),
  secrets: createSecretsManagerSecretReader(secretsManager),
  client,
  tokens: createOauthAccessTokens(client, systemClock),
  retryQueue: createSqsRetryQueue(sqs, env.RETRY_QUEUE_URL),
  delayQueues: createSqsDelayQueues(sqs, { delivery: env.DELIVERY_QUEUE_URL, retry: env.RETRY_QUEUE_URL }),
  redriveQueue: createSqsRedriveQueue(sqs, env.EXHAUSTED_DELIVERIES_URL),
  poison: createSqsDeadLetters(sqs, env.POISON_QUEUE_URL),
  returns: createSqsReturnedMessages(sqs, env.DELIVERY_QUEUE_URL, env.RETRY_QUEUE_URL),
  announcer: createEventBridgeAnnouncer(tracer.traced(createAwsClient(EventBridgeClient)), env.EVENT_BUS_NAME),
  telemetry: createSystemTelemetry(process.env),
  clock: systemClock,
  deliveryQueueUrl: env.DELIVERY_QUEUE_URL,
  consoleUrl: env.CONSOLE_URL,
  vendorPaceFactor: env.VENDOR_PACE_FACTOR,
  policy: { baseSeconds: env.RETRY_BASE_SECONDS, factor: env.RETRY_FACTOR },
  newLease: randomUUID,
});
