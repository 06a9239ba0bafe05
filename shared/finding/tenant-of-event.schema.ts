/** Whose an event is that cannot be read as a finding, as far as that can be read. */
import * as z from 'zod';
import { parseTenantId, type TenantId } from '../runtime/ids.ts';
import { parseJson } from '../runtime/parse-json.schema.ts';

const namedSchema = z.object({ detail: z.object({ tenantId: z.string() }) });

export function tenantOfEvent(body: string): TenantId | undefined {
  const json = parseJson(body);
  const named = json.kind === 'parsed' ? namedSchema.safeParse(json.value).data : undefined;
  return named && parseTenantId(named.detail.tenantId);
}
