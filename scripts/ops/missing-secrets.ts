/** `npm run ops -- missing-secrets`: webhooks that name a secret version which is not there, as after a restored table. */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { marshall } from '@aws-sdk/util-dynamodb';
import { pause } from '../../functions/api/webhooks/state.ts';
import { optional, readText } from '../../local/command-line.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { tenantIdOfKey } from '../../shared/runtime/keys.dynamo.ts';
import { WEBHOOK_PREFIX } from '../../shared/webhook/keys.dynamo.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { StageResources } from '../stage-resources.ts';
import { APPLY, runCommand } from './command.ts';
import type { OpsSession } from './session.ts';
import { PLATFORM_TEAM, type WebhookDependencies, webhookDependencies } from './webhook-commands.ts';

const USAGE = `npm run ops -- missing-secrets [--apply] [--bus B] [--stage S]

Looks up the secret version of every webhook. One whose version is gone cannot send: its deliveries wait in their queues. With
--apply it is paused, so that its tenant sees it and can give it a secret again.

  --apply    pause those; without, they are only listed
  --bus B    an imported bus, for the events Webhook Changed (default: the stage's own)
  --stage S  a stage in AWS; default: the running local system`;

export function missingSecrets(args: readonly string[], session: OpsSession): Promise<void> {
  const options = { bus: { type: 'string' }, ...APPLY } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const bus = optional(readText, 'bus', values.bus);
    const resources = await connect();
    await check(resources, webhookDependencies(resources, bus, session), values.apply, session);
  });
}

async function check(
  { stageName, clientSettings, configTable }: StageResources,
  deps: WebhookDependencies,
  isApplied: boolean,
  { say, note }: OpsSession,
): Promise<void> {
  const secretsManager = new SecretsManagerClient(clientSettings);
  let [looked, missing] = [0, 0];
  for (const tenantId of await tenantsIn(new DynamoDBClient(clientSettings), configTable)) {
    for (const webhook of await deps.webhooks.list(tenantId)) {
      looked += 1;
      if (await hasSecret(secretsManager, webhook)) {
        continue;
      }
      missing += 1;
      note(`  ${tenantId}  ${webhook.webhookId}  ${webhook.state.kind}`);
      // One that is disabled sends nothing anyway.
      if (isApplied && webhook.state.kind === 'enabled') {
        const paused = await pause(deps, { tenantId, name: PLATFORM_TEAM }, webhook.webhookId, undefined);
        if (paused.kind === 'refused') {
          throw new Error(paused.problem.detail);
        }
      }
    }
  }
  const hint = isApplied ? ' Those that were enabled are paused.' : ' Add --apply to pause those that are enabled.';
  say(`${stageName}: ${missing} of ${looked} webhooks name a secret that is not there.${missing > 0 ? hint : ''}`);
}

async function tenantsIn(client: DynamoDBClient, TableName: string): Promise<ReadonlySet<TenantId>> {
  const pages = paginateScan(
    { client },
    {
      TableName,
      ConsistentRead: true,
      ProjectionExpression: 'pk',
      FilterExpression: 'begins_with(sk, :webhook)',
      ExpressionAttributeValues: marshall({ ':webhook': WEBHOOK_PREFIX }),
    },
  );
  const tenants = new Set<TenantId>();
  for await (const { Items = [] } of pages) {
    for (const { pk } of Items) {
      const tenantId = tenantIdOfKey(pk?.S ?? '');
      if (tenantId !== undefined) {
        tenants.add(tenantId);
      }
    }
  }
  return tenants;
}

/** Reads the value, as `send` does, and forgets it: a version without a label is listed nowhere. */
async function hasSecret(client: SecretsManagerClient, { secret }: Webhook): Promise<boolean> {
  if (secret === undefined) {
    return true;
  }
  try {
    await client.send(new GetSecretValueCommand({ SecretId: secret.arn, VersionId: secret.versionId }));
    return true;
  } catch (error) {
    // The second: it waits for its deletion.
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) {
      return false;
    }
    throw error;
  }
}
