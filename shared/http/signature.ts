/**
 * Signs a request in two schemes at once, so that a receiver can use a verifier it already has: Stripe's
 * (`x-thalian-signature`) and Standard Webhooks v1 (`webhook-signature`).
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { DeliveryId } from '../runtime/ids.ts';
import { type SigningSecrets, secretsThatSign } from '../webhook/signing-secrets.ts';
import { encodedKeyOf, STANDARD_PREFIX } from './own-secret.ts';

/** `randomBytes` are 32 fresh ones: randomness comes from outside the domain. */
export function formatGeneratedSecret(randomBytes: Uint8Array): string {
  return STANDARD_PREFIX + Buffer.from(randomBytes).toString('base64');
}

/**
 * The signature headers for exactly this body at this time.
 * While overlaps last, each header carries the current secret's signature first, then those of the earlier secrets.
 */
export function signatureHeaders(
  signing: SigningSecrets,
  deliveryId: DeliveryId,
  unixSeconds: number,
  body: string,
): Readonly<Record<'x-thalian-signature' | 'webhook-signature', string>> {
  const keys = secretsThatSign(signing, unixSeconds * 1000).map((secret) => keysOf(signing, secret));
  const thalian = keys.map((key) => `v1=${hmac(key.thalian, `${unixSeconds}.${body}`, 'hex')}`);
  const standard = keys.map((key) => `v1,${hmac(key.standard, `${deliveryId}.${unixSeconds}.${body}`, 'base64')}`);
  return {
    'x-thalian-signature': [`t=${unixSeconds}`, ...thalian].join(','),
    'webhook-signature': standard.join(' '),
  };
}

/** Whether a `webhook-signature` header has a signature of ours for exactly this body, by any secret that signs now. */
export function isSignedBy(
  signing: SigningSecrets,
  {
    deliveryId,
    unixSeconds,
    body,
  }: { readonly deliveryId: DeliveryId; readonly unixSeconds: number; readonly body: string },
  header: string,
): boolean {
  const ours = signatureHeaders(signing, deliveryId, unixSeconds, body)['webhook-signature'].split(' ');
  return header.split(' ').some((given) => ours.some((expected) => isSame(given, expected)));
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

interface Keys {
  readonly thalian: KeyObject;
  readonly standard: KeyObject;
}

/**
 * By a secret version's object, which its reader keeps, and with it forgotten: to make the keys again for each signature
 * takes twice as long as to sign.
 */
const keysByVersion = new WeakMap<SigningSecrets, Map<string, Keys>>();

function keysOf(signing: SigningSecrets, secret: string): Keys {
  const known = keysByVersion.get(signing) ?? new Map<string, Keys>();
  keysByVersion.set(signing, known);
  const keys = known.get(secret) ?? makeKeys(secret);
  known.set(secret, keys);
  return keys;
}

function makeKeys(secret: string): Keys {
  const thalian = createSecretKey(secret, 'utf8');
  const encoded = encodedKeyOf(secret);
  return { thalian, standard: encoded === undefined ? thalian : createSecretKey(encoded, 'base64') };
}

function hmac(key: KeyObject, text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', key).update(text, 'utf8').digest(encoding);
}
