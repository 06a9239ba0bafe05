/** What every key of the two tables is made of. The keys of a room's own rows are in the room. */
import type { TenantId } from './ids.ts';

const TENANT_PREFIX = 'TENANT#';

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export function tenantKey(tenantId: TenantId): string {
  return TENANT_PREFIX + tenantId;
}
