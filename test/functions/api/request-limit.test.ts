import { describe, expect, it } from 'vitest';
import { createApi } from '../../../functions/api/handler.ts';
import { CHUNK_REQUESTS, createRequestLimit, FREE_REQUESTS } from '../../../functions/api/request-limit.ts';
import { aTenantId } from '../../builders/finding.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';
import { MemoryRequestBudget } from '../../fakes/memory-api-records.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const PER_MINUTE = 100;
const acme = aTenantId('acme');

async function passed(limit: ReturnType<typeof createRequestLimit>, requests: number, at = NOON, tenant = acme) {
  const waits: (number | undefined)[] = [];
  for (let made = 0; made < requests; made += 1) {
    waits.push(await limit(tenant, at));
  }
  return waits.filter((wait) => wait === undefined).length;
}

describe('the requests of a tenant', () => {
  it('cost nothing as long as they are few, such as a page that polls', async () => {
    const budget = new MemoryRequestBudget(PER_MINUTE);
    expect(await passed(createRequestLimit(budget), FREE_REQUESTS)).toBe(FREE_REQUESTS);
    expect(budget.asked).toBe(0);
  });

  it('cost a write for each chunk beyond, and are refused once the budget is spent, without a further write', async () => {
    const budget = new MemoryRequestBudget(PER_MINUTE);
    const limit = createRequestLimit(budget);
    expect(await passed(limit, 10_000)).toBe(FREE_REQUESTS + PER_MINUTE);
    expect(budget.asked).toBe(PER_MINUTE / CHUNK_REQUESTS + 1);
    expect(await limit(acme, NOON + 15_000)).toBe(45);
  });

  it('are bounded over all instances, but for the few that each lets pass', async () => {
    const budget = new MemoryRequestBudget(PER_MINUTE);
    const instances = Array.from({ length: 4 }, () => createRequestLimit(budget));
    const counts = await Promise.all(instances.map((limit) => passed(limit, 1_000)));
    expect(counts.reduce((total, count) => total + count, 0)).toBe(PER_MINUTE + 4 * FREE_REQUESTS);
  });

  it('take nothing from another tenant, and are allowed again in the next minute', async () => {
    const limit = createRequestLimit(new MemoryRequestBudget(PER_MINUTE));
    await passed(limit, 10_000);
    expect(await limit(aTenantId('globex'), NOON)).toBeUndefined();
    expect(await passed(limit, 10_000, NOON + 60_000)).toBe(FREE_REQUESTS + PER_MINUTE);
  });

  it('are not refused because the table is down', async () => {
    const budget = new MemoryRequestBudget(PER_MINUTE);
    budget.shut = true;
    expect(await passed(createRequestLimit(budget), 1_000)).toBe(1_000);
  });

  it('are answered by the API with 429, a problem, and how long to wait', async () => {
    const { deps } = anApiWorld({ requestsPerMinute: CHUNK_REQUESTS });
    const app = createApi(deps);
    const bindings = { event: { requestContext: { authorizer: { jwt: { claims: claimsOf() } } } } };
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let made = 0; made <= FREE_REQUESTS + CHUNK_REQUESTS; made += 1) {
      last = await app.request('/v1/webhooks', {}, bindings);
      statuses.push(last.status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(FREE_REQUESTS + CHUNK_REQUESTS);
    expect(last?.status).toBe(429);
    expect(last?.headers.get('retry-after')).toBe('55');
    expect(await last?.json()).toMatchObject({ type: 'urn:thalian:webhooks:problem:too-many-requests' });
    expect((await app.request('/v1/openapi.json')).status).toBe(200);
  });
});
