/** Whose an event is that cannot be read as a finding, as far as that can be read. */
import { parseTenantId, type TenantId } from '../runtime/ids.ts';
import { parseJson } from '../runtime/parse-json.schema.ts';
import { openEvent } from './finding-event.schema.ts';

export function tenantOfEvent(body: string): TenantId | undefined {
  const json = parseJson(body);
  const opened = json.kind === 'parsed' ? openEvent(json.value) : json;
  const tenantId = opened.kind === 'opened' ? opened.detail['tenantId'] : undefined;
  return typeof tenantId === 'string' ? parseTenantId(tenantId) : undefined;
}
