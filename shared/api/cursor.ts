/**
 * Places in a list, as text that the caller hands back. They hold parts of sort keys only; whose list it is comes from the
 * request, and a keyed hash over both keeps a cursor from being used for another tenant's, webhook's or filter's list.
 */
import { timingSafeEqual } from 'node:crypto';
import { hmac } from '../http/hmac.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';

/** What a cursor is good for. */
export interface CursorScope {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  /** The list and its filters. */
  readonly list: string;
}

const PROOF_BYTES = 16;

export function sealCursor(key: string, scope: CursorScope, mount: readonly string[]): string {
  const content = JSON.stringify(mount);
  return Buffer.concat([proofOf(key, scope, content), Buffer.from(content)]).toString('base64url');
}

/** Undefined if it was not made for this scope. */
export function openCursor(key: string, scope: CursorScope, cursor: string): readonly string[] | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  const content = bytes.subarray(PROOF_BYTES).toString('utf8');
  const proof = bytes.subarray(0, PROOF_BYTES);
  return proof.length === PROOF_BYTES && timingSafeEqual(proof, proofOf(key, scope, content))
    ? JSON.parse(content)
    : undefined;
}

function proofOf(key: string, { tenantId, webhookId, list }: CursorScope, content: string): Buffer {
  return hmac(key, 'cursor', JSON.stringify([tenantId, webhookId, list, content])).subarray(0, PROOF_BYTES);
}
