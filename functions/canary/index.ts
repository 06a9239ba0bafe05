/** Wires `canary` for Lambda, behind a schedule and a function URL. */
import { randomBytes, randomUUID } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createEventBridgeFindingPublisher } from '../../shared/finding/finding-publisher.eventbridge.ts';
import { createHttpsPageCheck } from '../../shared/http/page-check.https.ts';
import { createAwsClient } from '../../shared/runtime/aws-client.https.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { createDynamoClient } from '../../shared/runtime/dynamo-client.dynamo.ts';
import { createSystemTelemetry } from '../../shared/runtime/telemetry.system.ts';
import { createXrayTracer } from '../../shared/runtime/tracer.xray.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { canaryIds } from './canary-ids.ts';
import { parseCanaryEnvironment } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseCanaryEnvironment(process.env);
const tracer = createXrayTracer(process.env);

export const handler = createHandler({
  webhooks: createDynamoWebhookStore(tracer.traced(createDynamoClient()), env.CONFIG_TABLE_NAME),
  secrets: createSecretsManagerSecretStore(tracer.traced(createAwsClient(SecretsManagerClient)), env.SECRET_PREFIX),
  findings: createEventBridgeFindingPublisher(tracer.traced(createAwsClient(EventBridgeClient)), env.EVENT_BUS_NAME),
  pages: createHttpsPageCheck(),
  telemetry: createSystemTelemetry(process.env),
  clock: systemClock,
  newId: randomUUID,
  randomBytes,
  ...canaryIds(),
});
