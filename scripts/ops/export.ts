/** `npm run ops -- export`: what the service has of a tenant, for the tenant who asks for it. No secret is read. */
import { open } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { readTenantId, readText, required } from '../../local/command-line.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { WEBHOOK_PREFIX } from '../../shared/webhook/keys.dynamo.ts';
import type { StageResources } from '../stage-resources.ts';
import { runCommand } from './command.ts';
import type { OpsSession } from './session.ts';
import { listStageSecrets } from './stage-secrets.ts';
import { configItemsOf, deliveriesOf, isEvent } from './tenant-data.ts';

const USAGE = `npm run ops -- export --tenant T --file F [--stage S]

Writes one JSON object a line: the tenant's webhooks, its deliveries with findings and attempts, those of deleted webhooks too,
events that are listed for receivers, what is noted for a while, and the names of its secrets. Their values stay where they are. It reads the whole delivery log.

  --tenant T  whose
  --file F    a new file, which only you can read
  --stage S   a stage in AWS; default: the running local system`;

/** What a line is about. */
type Kind = 'webhook' | 'note' | 'delivery' | 'event' | 'secret';

export function exportTenant(args: readonly string[], session: OpsSession): Promise<void> {
  const options = { tenant: { type: 'string' }, file: { type: 'string' } } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const tenantId = required(readTenantId, 'tenant', values.tenant);
    const file = required(readText, 'file', values.file);
    await write(await connect(), tenantId, file, session);
  });
}

async function write(
  resources: StageResources,
  tenantId: TenantId,
  file: string,
  { say, note }: OpsSession,
): Promise<void> {
  const dynamo = new DynamoDBClient(resources.clientSettings);
  const counts: Record<Kind, number> = { webhook: 0, note: 0, delivery: 0, event: 0, secret: 0 };
  const output = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw new Error(`--file takes a new file: ${error instanceof Error ? error.message : error}`);
  });
  const put = async (kind: Kind, content: object) => {
    counts[kind] += 1;
    await output.write(`${JSON.stringify({ kind, ...content })}\n`);
  };
  try {
    for await (const { items } of configItemsOf(dynamo, resources, tenantId)) {
      for (const item of items.map((one) => unmarshall(one))) {
        await put(String(item['sk']).startsWith(WEBHOOK_PREFIX) ? 'webhook' : 'note', item);
      }
    }
    for await (const { items } of deliveriesOf(dynamo, resources, tenantId)) {
      for (const item of items) {
        await put(isEvent(item) ? 'event' : 'delivery', unmarshall(item));
      }
      note(`  ${counts.delivery} deliveries, ${counts.event} events`);
    }
    const secretsManager = new SecretsManagerClient(resources.clientSettings);
    for (const { name } of await listStageSecrets(secretsManager, resources.secretPrefix, tenantId)) {
      await put('secret', { name });
    }
  } finally {
    await output.close();
  }
  const { webhook, delivery, event, secret, note: noted } = counts;
  say(
    `${resources.stageName}: ${file} has ${webhook} webhooks, ${delivery} deliveries, ${event} events, ${noted} notes, ${secret} names of secrets.`,
  );
}
