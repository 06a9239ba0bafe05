/**
 * The Ed25519 keys that a webhook may have beside its signing secret: what a private key is as text, and the public key
 * that a receiver verifies with. Each webhook has keys of its own: one of all tenants would let each of them sign
 * requests for the receivers of the others. How long an earlier key signs stands in `signing-secrets.ts`.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { SigningSecrets } from './signing-secrets.ts';

/** As Standard Webhooks names them: what follows is base64. */
const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';

/** RFC 8410, section 7: what stands before the 32 bytes of a private key in DER. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export const SEED_BYTES = 32;

export interface PublicKey {
  /** The thumbprint of the key (RFC 7638), by which it is known at the JWKS address. */
  readonly kid: string;
  /** 32 bytes in base64url, as in a JWK (RFC 8037). */
  readonly x: string;
  /** Until when the key signs, epoch milliseconds. Absent: it is the current one. */
  readonly until?: number;
}

/** `seed` are 32 fresh random bytes. */
export function formatGeneratedKey(seed: Uint8Array): string {
  return PRIVATE_PREFIX + Buffer.from(seed).toString('base64');
}

/** Throws if the text is no private key: it comes from `formatGeneratedKey` alone. */
export function privateKeyOf(key: string): KeyObject {
  const seed = Buffer.from(key.startsWith(PRIVATE_PREFIX) ? key.slice(PRIVATE_PREFIX.length) : '', 'base64');
  if (seed.length !== SEED_BYTES) {
    throw new Error('This is no Ed25519 key of ours.');
  }
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

/** Of every key that is stored, the current one first. Those whose overlap has ended are still among them. */
export function publicKeysOf({ current, previous = [] }: SigningSecrets): readonly PublicKey[] {
  return [publicKeyOf(current), ...previous.map(({ secret, until }) => ({ ...publicKeyOf(secret), until }))];
}

/** Those that verify what is signed at this moment, the current one first. */
export function keysInUse(keys: readonly PublicKey[], nowMillis: number): readonly PublicKey[] {
  return keys.filter(({ until }) => until === undefined || nowMillis < until);
}

/** As a person may copy it into a receiver that fetches no keys. */
export function toPublicText({ x }: PublicKey): string {
  return PUBLIC_PREFIX + Buffer.from(x, 'base64url').toString('base64');
}

function publicKeyOf(key: string): PublicKey {
  const { x } = createPublicKey(privateKeyOf(key)).export({ format: 'jwk' });
  if (x === undefined) {
    throw new Error('An Ed25519 key has no x.');
  }
  // The members that the thumbprint is made of, in the order that RFC 7638 asks for.
  const members = JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x });
  return { kid: createHash('sha256').update(members).digest('base64url'), x };
}
