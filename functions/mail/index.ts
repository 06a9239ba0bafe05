/** Wires `mail` for Lambda. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createSecretsManagerCursorKey } from '../../shared/api/cursor-key.secrets-manager.ts';
import { createSqsDeadLetters } from '../../shared/delivery/dead-letters.sqs.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { createSqsReturnedMessages } from '../../shared/delivery/returned-messages.sqs.ts';
import { createSqsMailQueue } from '../../shared/mail/mail-queue.sqs.ts';
import { createSesMailer } from '../../shared/mail/mailer.ses.ts';
import { createDynamoNoticeAddresses } from '../../shared/mail/notice-addresses.dynamo.ts';
import { createAwsClient } from '../../shared/runtime/aws-client.https.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { createDynamoClient } from '../../shared/runtime/dynamo-client.dynamo.ts';
import { createSystemTelemetry } from '../../shared/runtime/telemetry.system.ts';
import { createXrayTracer } from '../../shared/runtime/tracer.xray.ts';
import { createDynamoNoticeMarks } from '../../shared/webhook/notice-marks.dynamo.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { parseMailEnvironment } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseMailEnvironment(process.env);
const tracer = createXrayTracer(process.env);
const sqs = tracer.traced(createAwsClient(SQSClient));
const ses = tracer.traced(createAwsClient(SESv2Client, { region: env.MAIL_REGION }));
const dynamo = tracer.traced(createDynamoClient());

export const handler = createHandler({
  webhooks: createDynamoWebhookStore(dynamo, env.CONFIG_TABLE_NAME),
  addresses: createDynamoNoticeAddresses(dynamo, env.CONFIG_TABLE_NAME),
  notices: createDynamoNoticeMarks(dynamo, env.CONFIG_TABLE_NAME, 'mail'),
  log: createDynamoDeliveryLog(dynamo, env.DELIVERY_LOG_NAME),
  mails: createSqsMailQueue(sqs, env.MAIL_QUEUE_URL),
  mailer: createSesMailer(ses, { from: env.MAIL_FROM, configurationSet: env.MAIL_CONFIGURATION_SET }),
  rejected: createSqsDeadLetters(sqs, env.MAIL_DLQ_URL),
  returns: createSqsReturnedMessages(sqs, env.MAIL_QUEUE_URL),
  linkKey: createSecretsManagerCursorKey(tracer.traced(createAwsClient(SecretsManagerClient)), env.CURSOR_KEY_SECRET),
  consoleUrl: env.CONSOLE_URL,
  telemetry: createSystemTelemetry(process.env),
  clock: systemClock,
});
