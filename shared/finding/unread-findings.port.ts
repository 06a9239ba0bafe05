/** How many findings of a tenant could not be read, and when: never which. A notice for people, so a count may be off by a few. */
import type { TenantId } from '../runtime/ids.ts';

export interface UnreadFindings {
  readonly count: number;
  /** Epoch milliseconds. */
  readonly latestAt: number;
}

export interface UnreadFindingsCounter {
  /** Adds to the tenant's day of `nowMillis`. */
  add(tenantId: TenantId, count: number, nowMillis: number): Promise<void>;
}

/** A reader looks back so many days, today among them. */
export const UNREAD_DAYS = 7;

export interface UnreadFindingsReader {
  /** Undefined if all of the last `UNREAD_DAYS` could be read. */
  read(tenantId: TenantId, nowMillis: number): Promise<UnreadFindings | undefined>;
}
