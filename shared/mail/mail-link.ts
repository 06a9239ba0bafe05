/**
 * Links in mails, for people who are not signed in. A token says whom it is about and proves that it is ours, by a keyed hash that
 * is good for one purpose: a link that unsubscribes confirms nothing, and no cursor of the API is a token.
 */
import { timingSafeEqual } from 'node:crypto';
import { hmac } from '../http/hmac.ts';
import { parseTenantId, type TenantId } from '../runtime/ids.ts';

export interface Confirmation {
  readonly tenantId: TenantId;
  readonly addressId: string;
  /** Of the address as it was when the mail was sent. Epoch milliseconds. */
  readonly addedAt: number;
  readonly expiresAt: number;
}

/** It never expires: a mail may be old when its reader has had enough. */
export interface Unsubscription {
  readonly tenantId: TenantId;
  readonly addressId: string;
}

const CONFIRM = 'confirm-notices';
const UNSUBSCRIBE = 'unsubscribe-notices';

const PROOF_BYTES = 16;

/** Longer than any of ours. */
export const MAIL_TOKEN_CHARACTERS = 512;

export function sealConfirmation(key: string, { tenantId, addressId, addedAt, expiresAt }: Confirmation): string {
  return seal(key, CONFIRM, [tenantId, addressId, addedAt, expiresAt]);
}

export function sealUnsubscription(key: string, { tenantId, addressId }: Unsubscription): string {
  return seal(key, UNSUBSCRIBE, [tenantId, addressId]);
}

/** Undefined if we did not make it, for this purpose. Whether it has expired is for the caller to see. */
export function openConfirmation(key: string, token: string): Confirmation | undefined {
  const [tenant, addressId, addedAt, expiresAt] = open(key, CONFIRM, token) ?? [];
  const tenantId = parseTenantId(String(tenant));
  return tenantId === undefined || addressId === undefined
    ? undefined
    : { tenantId, addressId: String(addressId), addedAt: Number(addedAt), expiresAt: Number(expiresAt) };
}

export function openUnsubscription(key: string, token: string): Unsubscription | undefined {
  const [tenant, addressId] = open(key, UNSUBSCRIBE, token) ?? [];
  const tenantId = parseTenantId(String(tenant));
  return tenantId === undefined || addressId === undefined ? undefined : { tenantId, addressId: String(addressId) };
}

type Content = readonly (string | number)[];

function seal(key: string, purpose: string, content: Content): string {
  const text = JSON.stringify(content);
  return Buffer.concat([proofOf(key, purpose, text), Buffer.from(text)]).toString('base64url');
}

function open(key: string, purpose: string, token: string): Content | undefined {
  const bytes = Buffer.from(token.slice(0, MAIL_TOKEN_CHARACTERS), 'base64url');
  const proof = bytes.subarray(0, PROOF_BYTES);
  const text = bytes.subarray(PROOF_BYTES).toString('utf8');
  return proof.length === PROOF_BYTES && timingSafeEqual(proof, proofOf(key, purpose, text))
    ? JSON.parse(text)
    : undefined;
}

function proofOf(key: string, purpose: string, text: string): Buffer {
  return hmac(key, purpose, text).subarray(0, PROOF_BYTES);
}
