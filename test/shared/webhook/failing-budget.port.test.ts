import { describe, expect, it } from 'vitest';
import { createDynamoFailingBudget } from '../../../shared/webhook/failing-budget.dynamo.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryFailingBudget } from '../../fakes/memory-failing-budget.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const engines = useEngines();

/** Each gives what one more instance of the function would have. */
const implementations = {
  'in memory': () => {
    const budget = new MemoryFailingBudget();
    return () => budget;
  },
  'on DynamoDB': () => {
    const { dynamo, tables } = engines();
    return () => createDynamoFailingBudget(dynamo, tables.config);
  },
};

let vendors = 0;

describe.each(Object.entries(implementations))('a budget of failing webhooks %s', (_where, make) => {
  function aVendor(): string {
    vendors += 1;
    return `vendor-${vendors}`;
  }

  it('is one for all instances, and no attempt is counted twice or beyond it', async () => {
    const instance = make();
    const vendor = aVendor();
    const taken = await Promise.all(Array.from({ length: 10 }, () => instance().take(vendor, 4, NOON)));
    expect(taken.filter((isWithin) => isWithin)).toHaveLength(4);
    expect(await instance().take(vendor, 4, NOON + 59_999)).toBe(false);
  });

  it('begins again with each minute, and for each vendor', async () => {
    const instance = make();
    const vendor = aVendor();
    expect(await instance().take(vendor, 1, NOON)).toBe(true);
    expect(await instance().take(vendor, 1, NOON)).toBe(false);
    expect(await instance().take(vendor, 1, NOON + 60_000)).toBe(true);
    expect(await instance().take(aVendor(), 1, NOON)).toBe(true);
  });
});
