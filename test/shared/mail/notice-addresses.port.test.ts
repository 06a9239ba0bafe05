import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoConfirmationBudget } from '../../../shared/mail/confirmation-budget.dynamo.ts';
import { ADDRESS_ASKING, DAY_MILLIS, NO_ADDRESSES } from '../../../shared/mail/notice-address.ts';
import { createDynamoNoticeAddresses, NOTICE_ADDRESSES } from '../../../shared/mail/notice-addresses.dynamo.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aNoticeAddress, noticeAddresses } from '../../builders/notice-address.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryConfirmationBudget, MemoryNoticeAddresses } from '../../fakes/memory-notice-addresses.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const engines = useEngines();
const onDynamoDb = () => createDynamoNoticeAddresses(engines().dynamo, engines().tables.config);

const stores = { 'in memory': () => new MemoryNoticeAddresses(), 'on DynamoDB': onDynamoDb };
const budgets = {
  'in memory': () => new MemoryConfirmationBudget(),
  'on DynamoDB': () => createDynamoConfirmationBudget(engines().dynamo, engines().tables.config),
};

let tenants = 0;
function aFreshTenant() {
  tenants += 1;
  return aTenantId(`mailed-${tenants}`);
}

const ops = aNoticeAddress({ webhookIds: [aWebhookId()] });
const other = aNoticeAddress({ addressId: 'na_soc', state: 'unconfirmed' });

describe.each(Object.entries(stores))('the addresses for notices %s', (_name, create) => {
  it('are none at first, then the latest list, whole', async () => {
    const [store, tenantId] = [create(), aFreshTenant()];
    expect(await store.find(tenantId)).toEqual(NO_ADDRESSES);
    const first = { ...noticeAddresses(ops, other), askedAt: [NOON] };
    expect(await store.replace(tenantId, NO_ADDRESSES, first)).toBe('written');
    expect(await store.find(tenantId)).toEqual(first);
    expect(await store.replace(tenantId, first, noticeAddresses(other))).toBe('written');
    expect(await store.find(tenantId)).toEqual({ ...noticeAddresses(other), revision: 2 });
  });

  it('are written by one of many at once', async () => {
    const [store, tenantId] = [create(), aFreshTenant()];
    const writes = Array.from({ length: 10 }, () => store.replace(tenantId, NO_ADDRESSES, noticeAddresses(ops)));
    expect((await Promise.all(writes)).filter((outcome) => outcome === 'written')).toHaveLength(1);
    const list = await store.find(tenantId);
    const more = Array.from({ length: 10 }, () => store.replace(tenantId, list, noticeAddresses(other)));
    expect((await Promise.all(more)).filter((outcome) => outcome === 'written')).toHaveLength(1);
  });

  it('are of one tenant', async () => {
    const [store, one, another] = [create(), aFreshTenant(), aFreshTenant()];
    await store.replace(one, NO_ADDRESSES, noticeAddresses(ops));
    expect(await store.find(another)).toEqual(NO_ADDRESSES);
  });
});

describe('the item of the addresses', () => {
  const keyOf = (tenantId: string) => ({ pk: `TENANT#${tenantId}`, sk: NOTICE_ADDRESSES });

  it('stays, and is no webhook', async () => {
    const { dynamo, tables } = engines();
    const tenantId = aFreshTenant();
    await onDynamoDb().replace(tenantId, NO_ADDRESSES, noticeAddresses(ops));
    const command = new GetItemCommand({ TableName: tables.config, Key: marshall(keyOf(tenantId)) });
    const { Item = {} } = await dynamo.send(command);
    expect(unmarshall(Item)).not.toHaveProperty('expiresAt');
    expect(await createDynamoWebhookStore(dynamo, tables.config).list(tenantId)).toEqual([]);
  });

  it('of a later version gives nothing to an address in a state that is not known here', async () => {
    const { dynamo, tables } = engines();
    const tenantId = aFreshTenant();
    const stored = { ...keyOf(tenantId), ...noticeAddresses({ ...ops, state: 'bounced' as 'confirmed' }) };
    await dynamo.send(new PutItemCommand({ TableName: tables.config, Item: marshall(stored) }));
    expect((await onDynamoDb().find(tenantId)).addresses).toMatchObject([{ state: 'unsubscribed' }]);
  });

  it('that cannot be read is an outage, not an empty list', async () => {
    const { dynamo, tables } = engines();
    const tenantId = aFreshTenant();
    const Item = marshall({ ...keyOf(tenantId), revision: 1, addresses: 'none' });
    await dynamo.send(new PutItemCommand({ TableName: tables.config, Item }));
    await expect(onDynamoDb().find(tenantId)).rejects.toThrow('config-table did not give readable addresses');
  });
});

describe.each(Object.entries(budgets))('the budget of requests to confirm %s', (_name, create) => {
  const [{ most } = { most: 0 }] = ADDRESS_ASKING;

  it('lets an address be asked so often in a day, one by one or at once', async () => {
    const budget = create();
    const key = `one-${_name}`;
    const taken = await Promise.all(Array.from({ length: most }, (_, index) => budget.take(key, NOON + index)));
    expect(taken).toEqual(Array.from({ length: most }, () => undefined));
    expect(await budget.take(key, NOON + most)).toBe(NOON + DAY_MILLIS);
    expect(await budget.take(`other-${_name}`, NOON + most)).toBeUndefined();
    expect(await budget.take(key, NOON + DAY_MILLIS)).toBeUndefined();
  });
});
