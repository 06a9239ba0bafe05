import type {
  RequestBudget,
  RequestName,
  RequestRecord,
  RequestRecords,
  TestSendBudget,
} from '../../shared/api/api-records.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';

const DAY_MILLIS = 24 * 60 * 60 * 1000;

export class MemoryRequestRecords implements RequestRecords {
  readonly records = new Map<string, RequestRecord & { readonly expiresAt: number }>();

  async begin(tenantId: TenantId, name: RequestName, record: RequestRecord): Promise<RequestRecord | undefined> {
    const known = this.records.get(nameOf(tenantId, name));
    if (known !== undefined && record.begunAt < known.expiresAt) {
      const { expiresAt: _expiresAt, ...rest } = known;
      return rest;
    }
    this.records.set(nameOf(tenantId, name), { ...record, expiresAt: record.begunAt + DAY_MILLIS });
    return undefined;
  }

  async beginAgain(
    tenantId: TenantId,
    name: RequestName,
    before: RequestRecord,
    { outcomeId, begunAt }: RequestRecord,
  ): Promise<boolean> {
    const known = this.records.get(nameOf(tenantId, name));
    if (known === undefined || known.isDone || known.begunAt !== before.begunAt) {
      return false;
    }
    this.records.set(nameOf(tenantId, name), { ...known, outcomeId, begunAt });
    return true;
  }

  async finish(tenantId: TenantId, name: RequestName): Promise<void> {
    const known = this.records.get(nameOf(tenantId, name));
    if (known !== undefined) {
      this.records.set(nameOf(tenantId, name), { ...known, isDone: true });
    }
  }

  async forget(tenantId: TenantId, name: RequestName): Promise<void> {
    this.records.delete(nameOf(tenantId, name));
  }
}

export class MemoryTestSendBudget implements TestSendBudget {
  readonly #perMinute: number;
  readonly #sends = new Map<string, number>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  async take(tenantId: TenantId, nowMillis: number): Promise<boolean> {
    const name = `${tenantId} ${Math.floor(nowMillis / 60_000)}`;
    const sends = this.#sends.get(name) ?? 0;
    if (sends >= this.#perMinute) {
      return false;
    }
    this.#sends.set(name, sends + 1);
    return true;
  }
}

function nameOf(tenantId: TenantId, { route, key }: RequestName): string {
  return `${tenantId}\n${route}\n${key}`;
}

export class MemoryRequestBudget implements RequestBudget {
  readonly #perMinute: number;
  readonly #made = new Map<string, number>();
  /** How often it was asked: each time is a write. */
  asked = 0;
  shut = false;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  async take(tenantId: TenantId, requests: number, nowMillis: number): Promise<boolean> {
    this.asked += 1;
    if (this.shut) {
      throw new DependencyUnavailable('config-table', 'count requests', 'shut');
    }
    const name = `${tenantId} ${Math.floor(nowMillis / 60_000)}`;
    const made = (this.#made.get(name) ?? 0) + requests;
    if (made > this.#perMinute) {
      return false;
    }
    this.#made.set(name, made);
    return true;
  }
}
