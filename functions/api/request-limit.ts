/**
 * How many requests a tenant may make in a minute, over all instances of the function. Each instance lets a few pass without
 * asking, more than a person at a page makes, so that ordinary use costs no write; beyond them it takes requests from the
 * tenant's budget by the chunk. A tenant whose budget is spent is refused out of memory until the minute ends
 * (docs/adr/0026-a-tenant-has-a-budget-of-requests.md).
 */
import type { RequestBudget } from '../../shared/api/api-records.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';

/** For each instance and minute. A page that polls makes ten. */
export const FREE_REQUESTS = 30;

/** One write pays for so many. */
export const CHUNK_REQUESTS = 20;

const MINUTE_MILLIS = 60_000;

interface Spending {
  made: number;
  granted: number;
  isSpent: boolean;
}

/** Resolves to the seconds to wait; undefined if the request may go on. */
export type RequestLimit = (tenantId: TenantId, nowMillis: number) => Promise<number | undefined>;

export function createRequestLimit(budget: RequestBudget): RequestLimit {
  let minute = -1;
  let spendings = new Map<TenantId, Spending>();

  return async (tenantId, nowMillis) => {
    if (Math.floor(nowMillis / MINUTE_MILLIS) !== minute) {
      minute = Math.floor(nowMillis / MINUTE_MILLIS);
      spendings = new Map();
    }
    const spending = spendings.get(tenantId) ?? { made: 0, granted: FREE_REQUESTS, isSpent: false };
    spendings.set(tenantId, spending);
    if (!spending.isSpent && spending.made >= spending.granted) {
      spending.isSpent = !(await takeChunk(tenantId, nowMillis));
      spending.granted += CHUNK_REQUESTS;
    }
    if (spending.isSpent) {
      return Math.max(1, Math.ceil(((minute + 1) * MINUTE_MILLIS - nowMillis) / 1000));
    }
    spending.made += 1;
    return undefined;
  };

  /** Without the table the limit is not worth refusing a request for. */
  async function takeChunk(tenantId: TenantId, nowMillis: number): Promise<boolean> {
    try {
      return await budget.take(tenantId, CHUNK_REQUESTS, nowMillis);
    } catch (error) {
      if (error instanceof DependencyUnavailable) {
        return true;
      }
      throw error;
    }
  }
}
