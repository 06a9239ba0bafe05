import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoUnreadFindings } from '../../../shared/finding/unread-findings.dynamo.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { aTenantId } from '../../builders/finding.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryUnreadFindings } from '../../fakes/memory-unread-findings.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const engines = useEngines();

const onDynamoDb = () => createDynamoUnreadFindings(engines().dynamo, engines().tables.config);
const implementations = { 'in memory': () => new MemoryUnreadFindings(), 'on DynamoDB': onDynamoDb };

let tenants = 0;
function aFreshTenant() {
  tenants += 1;
  return aTenantId(`tenant-${tenants}`);
}

describe.each(Object.entries(implementations))('unread findings %s', (_name, create) => {
  it('are none until one is counted', async () => {
    expect(await create().read(aFreshTenant(), NOON)).toBeUndefined();
  });

  it('are added up over seven days, with the time of the latest, and then forgotten', async () => {
    const unread = create();
    const tenantId = aFreshTenant();
    await unread.add(tenantId, 2, NOON);
    await unread.add(tenantId, 1, NOON + 1_000);
    await unread.add(tenantId, 4, NOON + DAY);
    expect(await unread.read(tenantId, NOON + DAY)).toEqual({ count: 7, latestAt: NOON + DAY });
    expect(await unread.read(tenantId, NOON + 6 * DAY)).toEqual({ count: 7, latestAt: NOON + DAY });
    expect(await unread.read(tenantId, NOON + 7 * DAY)).toEqual({ count: 4, latestAt: NOON + DAY });
    expect(await unread.read(tenantId, NOON + 8 * DAY)).toBeUndefined();
  });

  it('are of one tenant', async () => {
    const unread = create();
    const [one, other] = [aFreshTenant(), aFreshTenant()];
    await unread.add(one, 1, NOON);
    expect(await unread.read(other, NOON)).toBeUndefined();
  });
});

describe('an item of unread findings', () => {
  const keyOf = (tenantId: string) => marshall({ pk: `TENANT#${tenantId}`, sk: 'UNREAD#2026-11-23' });

  it('is one for a day, expires, and is no webhook', async () => {
    const { dynamo, tables } = engines();
    const tenantId = aFreshTenant();
    await onDynamoDb().add(tenantId, 1, NOON);
    await onDynamoDb().add(tenantId, 1, NOON + 1_000);
    const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: tables.config, Key: keyOf(tenantId) }));
    expect(unmarshall(Item)).toMatchObject({ findings: 2, expiresAt: Math.floor((NOON + 1_000 + 7 * DAY) / 1000) });
    expect(await createDynamoWebhookStore(dynamo, tables.config).list(tenantId)).toEqual([]);
  });

  it('that a later version has written otherwise is passed over', async () => {
    const { dynamo, tables } = engines();
    const tenantId = aFreshTenant();
    const Item = { ...keyOf(tenantId), ...marshall({ findings: 'many', latestAt: NOON }) };
    await dynamo.send(new PutItemCommand({ TableName: tables.config, Item }));
    expect(await onDynamoDb().read(tenantId, NOON)).toBeUndefined();
  });
});
