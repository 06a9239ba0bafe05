import {
  UNREAD_DAYS,
  type UnreadFindings,
  type UnreadFindingsCounter,
  type UnreadFindingsReader,
} from '../../shared/finding/unread-findings.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';

const DAY_MILLIS = 86_400_000;

/** By tenant and day, as the table has them. Can be shut to stand for an outage. */
export class MemoryUnreadFindings implements UnreadFindingsCounter, UnreadFindingsReader {
  readonly writes: { tenantId: TenantId; count: number; at: number }[] = [];
  shut = false;

  async add(tenantId: TenantId, count: number, at: number): Promise<void> {
    this.#open();
    this.writes.push({ tenantId, count, at });
  }

  async read(tenantId: TenantId, nowMillis: number): Promise<UnreadFindings | undefined> {
    this.#open();
    const firstDay = Math.floor(nowMillis / DAY_MILLIS) - (UNREAD_DAYS - 1);
    const found = this.writes.filter((write) => write.tenantId === tenantId && write.at / DAY_MILLIS >= firstDay);
    return found.length === 0
      ? undefined
      : {
          count: found.reduce((sum, { count }) => sum + count, 0),
          latestAt: Math.max(...found.map(({ at }) => at)),
        };
  }

  #open(): void {
    if (this.shut) {
      throw new DependencyUnavailable('config-table', 'count unread findings', new Error('shut by the test'));
    }
  }
}
