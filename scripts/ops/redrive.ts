/** `npm run redrive`: moves the redrive messages of exhausted deliveries to the retry queue, so that they are tried again. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { optional, readCount, readTenantId, readWebhookId } from '../../local/command-line.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { describeRedrive, type RedriveRequest, redriveMessages } from '../redrive-messages.ts';
import { queueUrlOf, type StageResources } from '../stage-resources.ts';
import { APPLY, runCommand, theWebhook } from './command.ts';
import type { OpsSession } from './session.ts';

const USAGE = `npm run redrive -- [--tenant T [--webhook W]] [--max N] [--apply] [--stage S]

Moves the redrive messages that are in ExhaustedDeliveries now to the retry queue. Each opens a new retry cycle of up to
four attempts, unless its delivery has gone on meanwhile. Messages whose webhook may not send now stay where they are:
resume the webhook first.

  --tenant T   only messages of this tenant
  --webhook W  only messages of this webhook
  --max N      at most so many
  --apply      move them; without, they are only counted
  --stage S    a stage in AWS (environment as for the AWS CLI); default: the running local system`;

type Chosen = Pick<RedriveRequest, 'max' | 'isDryRun'> & {
  readonly tenantId: ReturnType<typeof readTenantId> | undefined;
  readonly webhookId: ReturnType<typeof readWebhookId> | undefined;
};

export function redrive(args: readonly string[], session: OpsSession): Promise<void> {
  const options = {
    tenant: { type: 'string' },
    webhook: { type: 'string' },
    max: { type: 'string' },
    ...APPLY,
  } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const chosen: Chosen = {
      tenantId: optional(readTenantId, 'tenant', values.tenant),
      webhookId: optional(readWebhookId, 'webhook', values.webhook),
      max: optional(readCount, 'max', values.max),
      isDryRun: !values.apply,
    };
    if (chosen.webhookId !== undefined && chosen.tenantId === undefined) {
      throw new Error('--webhook needs --tenant: see --help.');
    }
    await move(await connect(), chosen, session);
  });
}

async function move(
  { stageName, clientSettings, configTable }: StageResources,
  { tenantId, webhookId, max, isDryRun }: Chosen,
  { say, note, interruption }: OpsSession,
): Promise<void> {
  const sqs = new SQSClient(clientSettings);
  const webhooks = createDynamoWebhookStore(new DynamoDBClient(clientSettings), configTable);
  if (tenantId !== undefined && webhookId !== undefined) {
    await theWebhook(webhooks, tenantId, webhookId);
  }
  const signal = interruption();
  const count = await redriveMessages(
    { sqs, webhooks },
    {
      exhaustedDeliveriesUrl: await queueUrlOf(sqs, stageName, 'exhausted-deliveries'),
      retryUrl: await queueUrlOf(sqs, stageName, 'retry'),
      tenantId,
      webhookId,
      max,
      isDryRun,
      startedAt: Date.now(),
      signal,
    },
    (progress) => note(`  ${describeRedrive(progress, { isDryRun })}`),
  );
  const ending = signal.aborted ? 'interrupted' : 'stopped at --max';
  const hint = isDryRun ? '; add --apply to do it' : '';
  say(`${stageName}: ${describeRedrive(count, { isDryRun, ending })}${hint}`);
}
