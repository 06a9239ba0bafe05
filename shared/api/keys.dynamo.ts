/** The keys of the API's short-lived records in the config table. */
import { createHash } from 'node:crypto';
import type { TenantId } from '../runtime/ids.ts';
import { type ItemKey, tenantKey } from '../runtime/keys.dynamo.ts';
import type { RequestName } from './api-records.port.ts';

/** A caller's key may be long and hold anything, so it is hashed. */
export function requestKey(tenantId: TenantId, { route, key }: RequestName): ItemKey {
  const name = createHash('sha256').update(`${route}\n${key}`).digest('base64url');
  return { pk: tenantKey(tenantId), sk: `REQUEST#${name}` };
}

export function testSendsKey(tenantId: TenantId, minute: number): ItemKey {
  return { pk: tenantKey(tenantId), sk: `TEST-SENDS#${minute}` };
}

export function requestsKey(tenantId: TenantId, minute: number): ItemKey {
  return { pk: tenantKey(tenantId), sk: `REQUESTS#${minute}` };
}
