import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  createDynamoRequestBudget,
  createDynamoRequestRecords,
  createDynamoTestSendBudget,
} from '../../../shared/api/api-records.dynamo.ts';
import type { RequestName, RequestRecord } from '../../../shared/api/api-records.port.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import { aTenantId } from '../../builders/finding.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryRequestBudget, MemoryRequestRecords, MemoryTestSendBudget } from '../../fakes/memory-api-records.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 24 * 60 * 60 * 1000;
const PER_MINUTE = 3;
const engines = useEngines();

/** Each gives what one more instance of the function would have. */
const implementations = {
  'in memory': () => {
    const records = new MemoryRequestRecords();
    const budget = new MemoryTestSendBudget(PER_MINUTE);
    const requests = new MemoryRequestBudget(50);
    return { recordsOfInstance: () => records, budgetOfInstance: () => budget, requestsOfInstance: () => requests };
  },
  'on DynamoDB': () => {
    const { dynamo, tables } = engines();
    return {
      recordsOfInstance: () => createDynamoRequestRecords(dynamo, tables.config),
      budgetOfInstance: () => createDynamoTestSendBudget(dynamo, tables.config, PER_MINUTE),
      requestsOfInstance: () => createDynamoRequestBudget(dynamo, tables.config, 50),
    };
  },
};

let tenants = 0;

function aFreshTenant(): TenantId {
  tenants += 1;
  return aTenantId(`tenant-${tenants}`);
}

const name: RequestName = { route: 'POST /v1/webhooks', key: 'my key' };

function aRecord(overrides: Partial<RequestRecord> = {}): RequestRecord {
  return { fingerprint: 'f', outcomeId: 'wh_1', isDone: false, begunAt: NOON, ...overrides };
}

describe.each(Object.entries(implementations))('request records %s', (_where, make) => {
  it('are written by the first who begins, and read by all who come after', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    const first = aRecord();
    expect(await recordsOfInstance().begin(tenantId, name, first)).toBeUndefined();
    const second = aRecord({ fingerprint: 'g', outcomeId: 'wh_2', begunAt: NOON + 5 });
    expect(await recordsOfInstance().begin(tenantId, name, second)).toEqual(first);
    expect(await recordsOfInstance().begin(tenantId, name, second)).toEqual(first);
  });

  it('let one of several callers begin that come at once, and show it to the others', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    const actors = Array.from({ length: 8 }, (_, index) =>
      aRecord({ outcomeId: `wh_${index}`, begunAt: NOON + index }),
    );
    const found = await Promise.all(actors.map((record) => recordsOfInstance().begin(tenantId, name, record)));
    const winners = actors.filter((_record, index) => found[index] === undefined);
    expect(winners).toHaveLength(1);
    expect(found.filter((record) => record !== undefined)).toEqual(Array.from({ length: 7 }, () => winners[0]));
  });

  it.each<[string, RequestName]>([
    ['another key', { ...name, key: 'my key ' }],
    ['another route', { ...name, route: 'POST /v1/webhooks/wh_1/secret' }],
    ['a key that looks like the rest of a route', { route: 'POST', key: '/v1/webhooks my key' }],
    ['a key of 255 characters', { ...name, key: '#'.repeat(255) }],
  ])('are of their own under %s', async (_what, other) => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    await recordsOfInstance().begin(tenantId, name, aRecord());
    const record = aRecord({ outcomeId: 'wh_2' });
    expect(await recordsOfInstance().begin(tenantId, other, record)).toBeUndefined();
    expect(await recordsOfInstance().begin(tenantId, other, aRecord())).toEqual(record);
    expect(await recordsOfInstance().begin(aFreshTenant(), name, aRecord())).toBeUndefined();
  });

  it('are void a day later, and not before', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    const first = aRecord();
    await recordsOfInstance().begin(tenantId, name, first);
    await recordsOfInstance().finish(tenantId, name);
    const late = aRecord({ outcomeId: 'wh_2', begunAt: NOON + DAY - 1 });
    expect(await recordsOfInstance().begin(tenantId, name, late)).toEqual({ ...first, isDone: true });
    const later = aRecord({ outcomeId: 'wh_3', begunAt: NOON + DAY });
    expect(await recordsOfInstance().begin(tenantId, name, later)).toBeUndefined();
    expect(await recordsOfInstance().begin(tenantId, name, later)).toEqual(later);
  });

  it('are done once that is said, and stay so', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    await recordsOfInstance().begin(tenantId, name, aRecord());
    await recordsOfInstance().finish(tenantId, name);
    await recordsOfInstance().finish(tenantId, name);
    const done = aRecord({ isDone: true });
    expect(await recordsOfInstance().begin(tenantId, name, aRecord())).toEqual(done);
    const again = aRecord({ outcomeId: 'wh_2', begunAt: NOON + 60_000 });
    expect(await recordsOfInstance().beginAgain(tenantId, name, done, again)).toBe(false);
    expect(await recordsOfInstance().begin(tenantId, name, aRecord())).toEqual(done);
  });

  it('let one of several try again who come at once', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    const before = aRecord();
    await recordsOfInstance().begin(tenantId, name, before);
    const tries = Array.from({ length: 8 }, (_, index) =>
      aRecord({ outcomeId: `wh_${index}`, begunAt: NOON + 40_000 + index }),
    );
    const won = await Promise.all(
      tries.map((record) => recordsOfInstance().beginAgain(tenantId, name, before, record)),
    );
    const winners = tries.filter((_record, index) => won[index]);
    expect(winners).toHaveLength(1);
    expect(await recordsOfInstance().begin(tenantId, name, aRecord())).toEqual(winners[0]);
  });

  it('keep their day although a caller tries again', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    await recordsOfInstance().begin(tenantId, name, aRecord());
    const again = aRecord({ begunAt: NOON + DAY / 2 });
    expect(await recordsOfInstance().beginAgain(tenantId, name, aRecord(), again)).toBe(true);
    expect(await recordsOfInstance().begin(tenantId, name, aRecord({ begunAt: NOON + DAY - 1 }))).toEqual(again);
    expect(await recordsOfInstance().begin(tenantId, name, aRecord({ begunAt: NOON + DAY }))).toBeUndefined();
  });

  it('are free again once they are forgotten', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    await recordsOfInstance().begin(tenantId, name, aRecord());
    await recordsOfInstance().forget(tenantId, name);
    await recordsOfInstance().forget(tenantId, name);
    const next = aRecord({ outcomeId: 'wh_2' });
    expect(await recordsOfInstance().begin(tenantId, name, next)).toBeUndefined();
    expect(await recordsOfInstance().begin(tenantId, name, aRecord())).toEqual(next);
  });

  it('do not come to be by being finished or tried again', async () => {
    const { recordsOfInstance } = make();
    const tenantId = aFreshTenant();
    await recordsOfInstance().finish(tenantId, name);
    const again = aRecord({ begunAt: NOON + 1 });
    expect(await recordsOfInstance().beginAgain(tenantId, name, aRecord(), again)).toBe(false);
    expect(await recordsOfInstance().begin(tenantId, name, aRecord())).toBeUndefined();
  });
});

describe.each(Object.entries(implementations))('the budget of test sends %s', (_where, make) => {
  it('is so many a minute, whichever instances take of it at once', async () => {
    const { budgetOfInstance } = make();
    const tenantId = aFreshTenant();
    const [one, other] = [budgetOfInstance(), budgetOfInstance()];
    const takes = Array.from({ length: 10 }, (_, index) =>
      (index % 2 === 0 ? one : other).take(tenantId, NOON + index),
    );
    expect((await Promise.all(takes)).filter((taken) => taken)).toHaveLength(PER_MINUTE);
    expect(await one.take(tenantId, NOON + 59_999)).toBe(false);
  });

  it('is full again with the next minute of the clock', async () => {
    const { budgetOfInstance } = make();
    const tenantId = aFreshTenant();
    const take = (at: number) => budgetOfInstance().take(tenantId, at);
    for (let taken = 0; taken < PER_MINUTE; taken += 1) {
      expect(await take(NOON + 59_999)).toBe(true);
    }
    expect(await take(NOON + 59_999)).toBe(false);
    expect(await take(NOON + 60_000)).toBe(true);
  });

  it('is of its own for each tenant', async () => {
    const { budgetOfInstance } = make();
    const [one, other] = [aFreshTenant(), aFreshTenant()];
    const take = (tenantId: TenantId) => budgetOfInstance().take(tenantId, NOON);
    await Promise.all(Array.from({ length: PER_MINUTE }, () => take(one)));
    expect([await take(one), await take(other)]).toEqual([false, true]);
  });
});

describe("what DynamoDB keeps of the API's records", () => {
  it("is beside the tenant's webhooks, with a time to go and without the caller's words", async () => {
    const { dynamo, tables } = engines();
    const { recordsOfInstance, budgetOfInstance } = implementations['on DynamoDB']();
    const tenantId = aFreshTenant();
    await recordsOfInstance().begin(tenantId, name, aRecord());
    await budgetOfInstance().take(tenantId, NOON);
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: tables.config,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': `TENANT#${tenantId}` }),
      }),
    );
    const items = Items.map((item) => unmarshall(item));
    expect(items).toEqual([
      expect.objectContaining({ sk: expect.stringMatching(/^REQUEST#/), expiresAt: (NOON + DAY) / 1000 }),
      expect.objectContaining({ sk: expect.stringMatching(/^TEST-SENDS#/), sends: 1, expiresAt: NOON / 1000 + 3_600 }),
    ]);
    expect(JSON.stringify(items)).not.toContain(name.key);
  });
});

describe.each(Object.entries(implementations))('a budget of requests %s', (_where, make) => {
  it('is taken in chunks by all instances together, never beyond it, and is whole again in the next minute', async () => {
    const { requestsOfInstance } = make();
    const tenantId = aFreshTenant();
    const takes = [1, 2, 3].map(() => requestsOfInstance().take(tenantId, 20, NOON));
    expect((await Promise.all(takes)).filter(Boolean)).toHaveLength(2);
    expect(await requestsOfInstance().take(tenantId, 10, NOON + 59_999)).toBe(true);
    expect(await requestsOfInstance().take(tenantId, 1, NOON + 59_999)).toBe(false);
    expect(await requestsOfInstance().take(tenantId, 50, NOON + 60_000)).toBe(true);
  });

  it('is each tenant’s own', async () => {
    const { requestsOfInstance } = make();
    expect(await requestsOfInstance().take(aFreshTenant(), 50, NOON)).toBe(true);
    expect(await requestsOfInstance().take(aFreshTenant(), 50, NOON)).toBe(true);
  });
});
