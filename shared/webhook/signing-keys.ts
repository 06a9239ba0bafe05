/**
 * The Ed25519 keys that a webhook may have beside its signing secret: what a private key is as text, and its public half. Each
 * webhook has keys of its own: one of all tenants would let each of them sign requests for the receivers of the others. How long an earlier key signs stands in `signing-secrets.ts`.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicKey } from './public-keys.ts';
import type { SigningSecrets } from './signing-secrets.ts';

/** As Standard Webhooks writes one: what follows is base64. */
const PRIVATE_PREFIX = 'whsk_';

/** RFC 8410, section 7: what stands before the 32 bytes of a private key in DER. */
const PKCS8_HEAD = '302e020100300506032b657004220420';

export const SEED_BYTES = 32;

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
  return createPrivateKey({ key: Buffer.concat([Buffer.from(PKCS8_HEAD, 'hex'), seed]), format: 'der', type: 'pkcs8' });
}

/** Of every key that is stored, the current one first. Those whose overlap has ended are still among them. */
export function publicKeysOf({ current, previous = [] }: SigningSecrets): readonly PublicKey[] {
  return [publicKeyOf(current), ...previous.map(({ secret, until }) => ({ ...publicKeyOf(secret), until }))];
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
