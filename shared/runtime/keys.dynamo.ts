/** What every key of the two tables is made of. The keys of a room's own rows are in the room. */
import { parseTenantId, type TenantId } from './ids.ts';

const TENANT_PREFIX = 'TENANT#';

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export function tenantKey(tenantId: TenantId): string {
  return TENANT_PREFIX + tenantId;
}

export function tenantIdOfKey(pk: string): TenantId | undefined {
  return pk.startsWith(TENANT_PREFIX) ? parseTenantId(pk.slice(TENANT_PREFIX.length)) : undefined;
}
