/** Wires `api` for Lambda behind API Gateway's HTTP API. */
import { randomBytes, randomUUID } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  createDynamoRequestBudget,
  createDynamoRequestRecords,
  createDynamoTestSendBudget,
} from '../../shared/api/api-records.dynamo.ts';
import { createSecretsManagerCursorKey } from '../../shared/api/cursor-key.secrets-manager.ts';
import { createEventBridgeAnnouncer } from '../../shared/delivery/announcer.eventbridge.ts';
import { createDynamoDeliveryHistory } from '../../shared/delivery/delivery-history.dynamo.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { createSqsRetryQueue } from '../../shared/delivery/delivery-queues.sqs.ts';
import { createDynamoEventListReader } from '../../shared/delivery/event-list-reader.dynamo.ts';
import { createDynamoManifestSchedules } from '../../shared/delivery/manifest-schedules.dynamo.ts';
import { createDynamoUnreadFindings } from '../../shared/finding/unread-findings.dynamo.ts';
import { createOauthAccessTokens } from '../../shared/http/access-tokens.oauth.ts';
import { parseCidrList } from '../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';
import { createXrayWebhookClient } from '../../shared/http/webhook-client.xray.ts';
import { parseHostList } from '../../shared/http/webhook-url.ts';
import { createDynamoConfirmationBudget } from '../../shared/mail/confirmation-budget.dynamo.ts';
import { createSqsMailQueue } from '../../shared/mail/mail-queue.sqs.ts';
import { createDynamoNoticeAddresses } from '../../shared/mail/notice-addresses.dynamo.ts';
import { createAwsClient } from '../../shared/runtime/aws-client.https.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { createDynamoClient } from '../../shared/runtime/dynamo-client.dynamo.ts';
import { createSystemTelemetry } from '../../shared/runtime/telemetry.system.ts';
import { createXrayTracer } from '../../shared/runtime/tracer.xray.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { parseApiEnvironment } from './env.ts';
import { createGatewayHandler } from './gateway.ts';
import { createApi } from './handler.ts';

const env = parseApiEnvironment(process.env);
const tracer = createXrayTracer(process.env);
const dynamo = tracer.traced(createDynamoClient());
const sqs = tracer.traced(createAwsClient(SQSClient));
const secretsManager = tracer.traced(createAwsClient(SecretsManagerClient));
const urlRules = { allowedCidrs: parseCidrList(env.ALLOWED_CIDRS), ownHosts: parseHostList(env.OWN_HOSTS) };
const client = createXrayWebhookClient(createHttpsWebhookClient({ ...urlRules, extraCa: env.EXTRA_CA_PEM }), tracer);

export const handler = createGatewayHandler(
  createApi({
    webhooks: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
    secrets: createSecretsManagerSecretStore(secretsManager, env.SECRET_PREFIX),
    log: createDynamoDeliveryLog(dynamo, env.DELIVERY_LOG_NAME),
    history: createDynamoDeliveryHistory(dynamo, env.DELIVERY_LOG_NAME),
    eventReader: createDynamoEventListReader(dynamo, env.DELIVERY_LOG_NAME),
    manifests: createDynamoManifestSchedules(dynamo, env.DELIVERY_LOG_NAME),
    retryQueue: createSqsRetryQueue(sqs, env.RETRY_QUEUE_URL),
    requests: createDynamoRequestRecords(dynamo, env.CONFIG_TABLE_NAME),
    testSends: createDynamoTestSendBudget(dynamo, env.CONFIG_TABLE_NAME, env.TEST_SENDS_PER_MINUTE),
    requestBudget: createDynamoRequestBudget(dynamo, env.CONFIG_TABLE_NAME, env.REQUESTS_PER_MINUTE),
    unread: createDynamoUnreadFindings(dynamo, env.CONFIG_TABLE_NAME),
    noticeAddresses: createDynamoNoticeAddresses(dynamo, env.CONFIG_TABLE_NAME),
    confirmations: createDynamoConfirmationBudget(dynamo, env.CONFIG_TABLE_NAME),
    mails: createSqsMailQueue(sqs, env.MAIL_QUEUE_URL),
    sendsMail: env.MAIL_QUEUE_URL !== '',
    cursorKey: createSecretsManagerCursorKey(secretsManager, env.CURSOR_KEY_SECRET),
    announcer: createEventBridgeAnnouncer(tracer.traced(createAwsClient(EventBridgeClient)), env.EVENT_BUS_NAME),
    client,
    tokens: createOauthAccessTokens(client, systemClock),
    telemetry: createSystemTelemetry(process.env),
    clock: systemClock,
    claimNames: { tenant: env.TENANT_CLAIM, permissions: env.PERMISSIONS_CLAIM },
    urlRules,
    limits: { webhooksPerTenant: env.WEBHOOKS_PER_TENANT, testSendsPerMinute: env.TEST_SENDS_PER_MINUTE },
    egress: env.EGRESS,
    newId: randomUUID,
    randomBytes,
  }),
);
