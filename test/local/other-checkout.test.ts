import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startOtherCheckout } from '../../bench/other-checkout.ts';
import { parseTenantId } from '../../shared/runtime/ids.ts';
import { aWebhook } from '../builders/webhook.ts';
import { descendantsOf, KNOWS_PROCESSES } from './process-tree.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thalian-other-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it.runIf(KNOWS_PROCESSES)('the local system of another checkout is started, used and ended whole', async () => {
  const before = descendantsOf(process.pid).length;
  const system = await startOtherCheckout(PROJECT, folder);
  try {
    const webhook = aWebhook({ tenantId: parseTenantId('tenant-1') ?? aWebhook().tenantId });
    await system.stores.webhooks.add(webhook.tenantId, webhook);
    const Key = { pk: { S: 'TENANT#tenant-1' }, sk: { S: `WEBHOOK#${webhook.webhookId}` } };
    const TableName = system.description.tables.config;
    expect((await system.clients.dynamo.send(new GetItemCommand({ TableName, Key }))).Item).toBeDefined();
  } finally {
    await system.stop();
  }
  expect((await system.failure).message).toContain(PROJECT);
  await expect.poll(() => descendantsOf(process.pid).length, { timeout: 30_000 }).toBe(before);
});

it('a checkout whose system does not start is refused', async () => {
  await expect(startOtherCheckout(tmpdir(), folder)).rejects.toThrow('ended with exit code 1');
});
