/** `npm run redrive`: moves the redrive messages of exhausted deliveries to the retry queue, so that they are tried again. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { optional, readCount, readOptions, readStageName, readTenantId, readWebhookId } from '../local/command-line.ts';
import { createDynamoWebhookStore } from '../shared/webhook/webhook-store.dynamo.ts';
import { describeRedrive, redriveMessages } from './redrive-messages.ts';
import { findStageResources, queueUrlOf } from './stage-resources.ts';

const USAGE = `npm run redrive -- [--tenant T] [--webhook W] [--max N] [--stage S] [--dry-run]

Moves the redrive messages that are in ExhaustedDeliveries now to the retry queue. Each opens a new retry cycle of up to
four attempts, unless its delivery has gone on meanwhile. Messages whose webhook may not send now stay where they are:
resume the webhook first.

  --tenant T   only messages of this tenant
  --webhook W  only messages of this webhook
  --max N      at most so many
  --stage S    a stage in AWS (environment as for the AWS CLI); default: the running local system
  --dry-run    only count`;

async function main(): Promise<number> {
  const values = readOptions({
    tenant: { type: 'string' },
    webhook: { type: 'string' },
    max: { type: 'string' },
    stage: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const chosen = {
    tenantId: optional(readTenantId, 'tenant', values.tenant),
    webhookId: optional(readWebhookId, 'webhook', values.webhook),
    max: optional(readCount, 'max', values.max),
  };
  const { stageName, clientSettings, configTable } = await findStageResources(
    optional(readStageName, 'stage', values.stage),
  );
  const sqs = new SQSClient(clientSettings);
  const webhooks = createDynamoWebhookStore(new DynamoDBClient(clientSettings), configTable);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());

  const isDryRun = values['dry-run'];
  const startedAt = Date.now();
  const count = await redriveMessages(
    { sqs, webhooks },
    {
      exhaustedDeliveriesUrl: await queueUrlOf(sqs, stageName, 'exhausted-deliveries'),
      retryUrl: await queueUrlOf(sqs, stageName, 'retry'),
      ...chosen,
      isDryRun,
      startedAt,
      signal: interrupted.signal,
    },
    (progress) => console.error(`  ${describeRedrive(progress, { isDryRun })}`),
  );
  const isInterrupted = interrupted.signal.aborted;
  const ending = isInterrupted ? 'interrupted' : 'stopped at --max';
  console.log(`${stageName}: ${describeRedrive(count, { isDryRun, ending })}`);
  return isInterrupted ? 130 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
