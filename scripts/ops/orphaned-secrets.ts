/** `npm run ops -- orphaned-secrets`: secrets whose webhook is gone, which cost money and serve nothing. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { optional, readTenantId } from '../../local/command-line.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import type { StageResources } from '../stage-resources.ts';
import { APPLY, runCommand } from './command.ts';
import type { OpsSession } from './session.ts';
import { listStageSecrets, orphansAmong } from './stage-secrets.ts';

const USAGE = `npm run ops -- orphaned-secrets [--tenant T] [--apply] [--stage S]

Lists the secrets whose webhook is not there: a deletion that broke off leaves one behind. Not those that changed in the last
hour, because a secret is stored before its webhook.

  --tenant T  only of this tenant
  --apply     delete them for good; without, they are only listed
  --stage S   a stage in AWS; default: the running local system`;

export function orphanedSecrets(args: readonly string[], session: OpsSession): Promise<void> {
  return runCommand(USAGE, { tenant: { type: 'string' }, ...APPLY }, args, session, async (values, connect) => {
    const tenantId = optional(readTenantId, 'tenant', values.tenant);
    await removeOrphans(await connect(), tenantId, values.apply, session, Date.now());
  });
}

export async function removeOrphans(
  { stageName, clientSettings, configTable, secretPrefix }: StageResources,
  tenantId: TenantId | undefined,
  isApplied: boolean,
  { say, note }: OpsSession,
  nowMillis: number,
): Promise<void> {
  const client = new SecretsManagerClient(clientSettings);
  const webhooks = createDynamoWebhookStore(new DynamoDBClient(clientSettings), configTable);
  const secrets = await listStageSecrets(client, secretPrefix, tenantId);
  const orphans = await orphansAmong(secrets, webhooks, nowMillis);
  const store = createSecretsManagerSecretStore(client, secretPrefix);
  for (const { name, ...orphan } of orphans) {
    note(`  ${name}`);
    if (isApplied) {
      await store.remove(orphan.tenantId, orphan.webhookId);
    }
  }
  const what = `${orphans.length} of ${secrets.length} secrets have no webhook`;
  say(`${stageName}: ${what}${isApplied ? ' and are deleted' : '; add --apply to delete them'}.`);
}
