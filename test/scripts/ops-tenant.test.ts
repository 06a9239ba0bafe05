import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { eraseTenant } from '../../scripts/ops/erase.ts';
import { exportTenant } from '../../scripts/ops/export.ts';
import { orphanedSecrets, removeOrphans } from '../../scripts/ops/orphaned-secrets.ts';
import { orphansAmong } from '../../scripts/ops/stage-secrets.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { createDynamoEventList } from '../../shared/delivery/event-list.dynamo.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { aDeliveryMessage, aDeliveryRow } from '../builders/delivery.ts';
import { aTenantId } from '../builders/finding.ts';
import { anOpsSession, type OpsSessionRecord } from '../builders/ops-session.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { useEngines } from '../fakes/local-engines.ts';

const PREFIX = 'thalian-webhooks/local/';
const SECRET = 'whsec_of_the_tenant';
/** More than the 25 of one batch. */
const ROWS = 30;

const engines = useEngines();
const folder = mkdtempSync(join(tmpdir(), 'thalian-tenant-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let session: OpsSessionRecord;
beforeEach(() => {
  session = anOpsSession(engines());
});

/** A webhook with a secret and a delivery, deliveries of one that is deleted, and a note; all of this tenant. */
async function aTenantWithData(name: string): Promise<void> {
  const { dynamo, tables, secretsManager } = engines();
  const tenantId = aTenantId(name);
  const webhookId = aWebhookId(`wh_${name}`);
  const secrets = createSecretsManagerSecretStore(secretsManager, PREFIX);
  const secret = await secrets.create(tenantId, webhookId, crypto.randomUUID(), { signing: { current: SECRET } });
  await createDynamoWebhookStore(dynamo, tables.config).add(tenantId, aWebhook({ tenantId, webhookId, secret }));
  const gone = aWebhookId(`wh_gone_of_${name}`);
  await createDynamoDeliveryLog(dynamo, tables.deliveryLog).putAll(
    [
      aDeliveryRow({ tenantId, webhookId }),
      ...Array.from({ length: ROWS }, () => aDeliveryRow({ tenantId, webhookId: gone })),
    ].map((row, index) => ({ ...row, deliveryId: `dlv_${name}_${index}` as typeof row.deliveryId })),
  );
  const event = aDeliveryMessage({ tenantId, webhookId });
  await createDynamoEventList(dynamo, tables.deliveryLog).add([event], Date.UTC(2026, 10, 23));
  const note = marshall({ pk: `TENANT#${name}`, sk: 'UNREAD#2026-11-23', count: 1 });
  await dynamo.send(new PutItemCommand({ TableName: tables.config, Item: note }));
}

async function leftOf(name: string) {
  const { dynamo, tables, secretsManager } = engines();
  const scan = async (TableName: string) => (await dynamo.send(new ScanCommand({ TableName }))).Items ?? [];
  const { SecretList = [] } = await secretsManager.send(new ListSecretsCommand());
  return {
    config: (await scan(tables.config)).filter(({ pk }) => pk?.S === `TENANT#${name}`).length,
    deliveries: (await scan(tables.deliveryLog)).filter(({ pk }) => pk?.S?.startsWith(`${name}#`)).length,
    secrets: SecretList.filter(({ Name }) => Name?.startsWith(`${PREFIX}${name}/`)).length,
  };
}

/** Rows and an event. */
const ALL = { config: 2, deliveries: ROWS + 2, secrets: 1 };
const NOTHING = { config: 0, deliveries: 0, secrets: 0 };

describe('export', () => {
  it('writes what the tables have of the tenant into a file of its own, and no secret', async () => {
    await aTenantWithData('wayne');
    await aTenantWithData('wayne-enterprises');
    const file = join(folder, 'wayne.ndjson');
    await exportTenant(['--tenant', 'wayne', '--file', file], session);
    const text = readFileSync(file, 'utf8');
    const lines: Record<string, string>[] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const kinds = Map.groupBy(lines, ({ kind }) => kind);
    expect(Object.fromEntries([...kinds].map(([kind, { length }]) => [kind, length]))).toEqual({
      webhook: 1,
      note: 1,
      delivery: ROWS + 1,
      event: 1,
      secret: 1,
    });
    expect(text).not.toContain('wayne-enterprises');
    expect(text).not.toContain(SECRET);
    expect(kinds.get('delivery')?.every(({ finding }) => finding?.includes('"severity"'))).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(exportTenant(['--tenant', 'wayne', '--file', file], session)).rejects.toThrow('takes a new file');
  });
});

describe('erase', () => {
  it('counts, then deletes all of one tenant and nothing of another, and says what is left', async () => {
    await aTenantWithData('stark');
    await aTenantWithData('stark-2');
    await eraseTenant(['--tenant', 'stark'], session);
    const counted = `1 webhooks, 1 secrets, 1 notes, ${ROWS + 1} deliveries and 1 events of stark`;
    expect(session.said).toEqual([`local: ${counted} would be deleted; add --apply to do it.`]);
    expect(await leftOf('stark')).toEqual(ALL);

    await eraseTenant(['--tenant', 'stark', '--apply'], session);
    expect(session.said.at(-1)).toContain(`local: ${counted} are deleted.`);
    for (const what of ['queues', 'archive', 'logs', 'recovery', 'accounts']) {
      expect(session.said.at(-1)).toMatch(new RegExp(`^ {2}${what} `, 'm'));
    }
    expect(await leftOf('stark')).toEqual(NOTHING);
    expect(await leftOf('stark-2')).toEqual(ALL);
  });

  it('can be repeated', async () => {
    await eraseTenant(['--tenant', 'stark', '--apply'], session);
    expect(session.said.at(-1)).toContain(
      '0 webhooks, 0 secrets, 0 notes, 0 deliveries and 0 events of stark are deleted.',
    );
  });
});

describe('orphaned secrets', () => {
  const tenantId = aTenantId('lost');
  const secret = (webhook: string, changedAt: number) => ({
    name: `${PREFIX}lost/${webhook}`,
    tenantId,
    webhookId: aWebhookId(webhook),
    changedAt,
  });

  it('are those without a webhook that have not changed for an hour', async () => {
    const hour = 60 * 60_000;
    const webhooks = {
      find: async (_tenant: unknown, webhookId: string) => (webhookId === 'wh_there' ? aWebhook() : undefined),
    };
    const all = [secret('wh_there', 0), secret('wh_gone', 0), secret('wh_coming', 1)];
    expect((await orphansAmong(all, webhooks, hour)).map(({ webhookId }) => webhookId)).toEqual(['wh_gone']);
  });

  it('are deleted only if that is asked, and never a young one or the cursor key', async () => {
    const { secretsManager } = engines();
    for (const Name of [`${PREFIX}lost/wh_young`, `${PREFIX}cursor-key`]) {
      await secretsManager.send(new CreateSecretCommand({ Name, SecretString: '{}' }));
    }
    await orphanedSecrets(['--tenant', 'lost', '--apply'], session);
    expect(session.said).toEqual(['local: 0 of 1 secrets have no webhook and are deleted.']);
    const { SecretList = [] } = await secretsManager.send(new ListSecretsCommand());
    expect(SecretList.map(({ Name }) => Name)).toContain(`${PREFIX}lost/wh_young`);
    expect(SecretList.map(({ Name }) => Name)).toContain(`${PREFIX}cursor-key`);
  });

  it('that are settled are listed, and then deleted', async () => {
    const { secretsManager } = engines();
    await secretsManager.send(new CreateSecretCommand({ Name: `${PREFIX}lost/wh_old`, SecretString: '{}' }));
    const later = Date.now() + 2 * 60 * 60_000;
    const resources = await session.findResources(undefined);
    await removeOrphans(resources, tenantId, false, session, later);
    expect(session.noted).toContain(`  ${PREFIX}lost/wh_old`);
    expect((await leftOf('lost')).secrets).toBe(2);
    await removeOrphans(resources, tenantId, true, session, later);
    expect((await leftOf('lost')).secrets).toBe(0);
  });
});
