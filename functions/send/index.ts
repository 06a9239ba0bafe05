/** Wires `send` for Lambda. Clients live as long as the function's instance, so that connections are reused. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_CLIENT_SETTINGS } from '../../shared/adapters/aws-client-settings.ts';
import { createDynamoBatchReader } from '../../shared/adapters/dynamo-batch-reader.ts';
import { createDynamoDeliveryLog } from '../../shared/adapters/dynamo-delivery-log.ts';
import { createDynamoWebhookStore } from '../../shared/adapters/dynamo-webhook-store.ts';
import { createEventBridgeAnnouncer } from '../../shared/adapters/eventbridge-announcer.ts';
import { createOauthAccessTokens } from '../../shared/adapters/oauth-access-tokens.ts';
import { createPowertoolsTelemetry } from '../../shared/adapters/powertools-telemetry.ts';
import { createSecretsManagerSecretReader } from '../../shared/adapters/secrets-manager-secret-store.ts';
import { createSqsDeadLetters } from '../../shared/adapters/sqs-dead-letters.ts';
import { createSqsRetryLane, createSqsTicketQueue } from '../../shared/adapters/sqs-delivery-queues.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { createUndiciWebhookClient } from '../../shared/adapters/undici-webhook-client.ts';
import { parseCidrList } from '../../shared/domain/address.ts';
import { parseHostList } from '../../shared/domain/webhook-url.ts';
import { parseSendEnvironment } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseSendEnvironment(process.env);
const dynamo = new DynamoDBClient(AWS_CLIENT_SETTINGS);
const sqs = new SQSClient(AWS_CLIENT_SETTINGS);
const secretsManager = new SecretsManagerClient(AWS_CLIENT_SETTINGS);
const client = createUndiciWebhookClient({
  allowedCidrs: parseCidrList(env.ALLOWED_CIDRS),
  ownHosts: parseHostList(env.OWN_HOSTS),
  extraCa: env.EXTRA_CA_PEM,
});

export const handler = createHandler({
  reader: createDynamoBatchReader(dynamo, { configTable: env.CONFIG_TABLE_NAME, deliveryLog: env.DELIVERY_LOG_NAME }),
  log: createDynamoDeliveryLog(dynamo, env.DELIVERY_LOG_NAME),
  health: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
  secrets: createSecretsManagerSecretReader(secretsManager),
  client,
  tokens: createOauthAccessTokens(client, systemClock),
  retryLane: createSqsRetryLane(sqs, env.RETRY_QUEUE_URL),
  tickets: createSqsTicketQueue(sqs, env.EXHAUSTED_DELIVERIES_URL),
  poison: createSqsDeadLetters(sqs, env.POISON_QUEUE_URL),
  announcer: createEventBridgeAnnouncer(new EventBridgeClient(AWS_CLIENT_SETTINGS), env.EVENT_BUS_NAME),
  telemetry: createPowertoolsTelemetry(),
  clock: systemClock,
  policy: { baseSeconds: env.RETRY_BASE_SECONDS, factor: env.RETRY_FACTOR },
  newLease: randomUUID,
});
