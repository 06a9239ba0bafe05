/** Wires `api` for Lambda behind API Gateway's HTTP API. */
import { randomBytes, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { handle } from 'hono/aws-lambda';
import { AWS_CLIENT_SETTINGS } from '../../shared/adapters/aws-client-settings.ts';
import { createDynamoRequestRecords, createDynamoTestSendBudget } from '../../shared/adapters/dynamo-api-records.ts';
import { createDynamoDeliveryHistory } from '../../shared/adapters/dynamo-delivery-history.ts';
import { createDynamoDeliveryLog } from '../../shared/adapters/dynamo-delivery-log.ts';
import { createDynamoWebhookStore } from '../../shared/adapters/dynamo-webhook-store.ts';
import { createEventBridgeAnnouncer } from '../../shared/adapters/eventbridge-announcer.ts';
import { createOauthAccessTokens } from '../../shared/adapters/oauth-access-tokens.ts';
import { createPowertoolsTelemetry } from '../../shared/adapters/powertools-telemetry.ts';
import { createSecretsManagerCursorKey } from '../../shared/adapters/secrets-manager-cursor-key.ts';
import { createSecretsManagerSecretStore } from '../../shared/adapters/secrets-manager-secret-store.ts';
import { createSqsRetryLane } from '../../shared/adapters/sqs-delivery-queues.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { createUndiciWebhookClient } from '../../shared/adapters/undici-webhook-client.ts';
import { parseCidrList } from '../../shared/domain/address.ts';
import { parseHostList } from '../../shared/domain/webhook-url.ts';
import { parseApiEnvironment } from './env.ts';
import { createApi } from './handler.ts';

const env = parseApiEnvironment(process.env);
const dynamo = new DynamoDBClient(AWS_CLIENT_SETTINGS);
const secretsManager = new SecretsManagerClient(AWS_CLIENT_SETTINGS);
const urlRules = { allowedCidrs: parseCidrList(env.ALLOWED_CIDRS), ownHosts: parseHostList(env.OWN_HOSTS) };
const client = createUndiciWebhookClient({ ...urlRules, extraCa: env.EXTRA_CA_PEM });

export const handler = handle(
  createApi({
    webhooks: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
    secrets: createSecretsManagerSecretStore(secretsManager, env.SECRET_PREFIX),
    log: createDynamoDeliveryLog(dynamo, env.DELIVERY_LOG_NAME),
    history: createDynamoDeliveryHistory(dynamo, env.DELIVERY_LOG_NAME),
    retryLane: createSqsRetryLane(new SQSClient(AWS_CLIENT_SETTINGS), env.RETRY_QUEUE_URL),
    requests: createDynamoRequestRecords(dynamo, env.CONFIG_TABLE_NAME),
    testSends: createDynamoTestSendBudget(dynamo, env.CONFIG_TABLE_NAME, env.TEST_SENDS_PER_MINUTE),
    cursorKey: createSecretsManagerCursorKey(secretsManager, env.CURSOR_KEY_SECRET),
    announcer: createEventBridgeAnnouncer(new EventBridgeClient(AWS_CLIENT_SETTINGS), env.EVENT_BUS_NAME),
    client,
    tokens: createOauthAccessTokens(client, systemClock),
    telemetry: createPowertoolsTelemetry(),
    clock: systemClock,
    claimNames: { tenant: env.TENANT_CLAIM, permissions: env.PERMISSIONS_CLAIM },
    urlRules,
    limits: { webhooksPerTenant: env.WEBHOOKS_PER_TENANT, testSendsPerMinute: env.TEST_SENDS_PER_MINUTE },
    newId: randomUUID,
    randomBytes,
  }),
);
