/**
 * Signs a request in two schemes at once, so that a receiver can use a verifier it already has: Stripe's
 * (`x-thalian-signature`) and Standard Webhooks v1 (`webhook-signature`). With signing keys it also signs by Ed25519, as v1a
 * of Standard Webhooks, for receivers that are to hold nothing secret.
 */
import { createHmac, createSecretKey, type KeyObject, sign, timingSafeEqual } from 'node:crypto';
import { privateKeyOf } from '../webhook/signing-keys.ts';
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
  messageId: string,
  unixSeconds: number,
  body: string,
): Readonly<Record<'x-thalian-signature' | 'webhook-signature', string>> {
  const keys = secretsThatSign(signing, unixSeconds * 1000).map((secret) => keysOf(signing, secret));
  const thalian = keys.map((key) => `v1=${hmac(key.thalian, `${unixSeconds}.${body}`, 'hex')}`);
  const standard = keys.map((key) => `v1,${hmac(key.standard, `${messageId}.${unixSeconds}.${body}`, 'base64')}`);
  return {
    'x-thalian-signature': [`t=${unixSeconds}`, ...thalian].join(','),
    'webhook-signature': standard.join(' '),
  };
}

/**
 * The signature headers by everything that a webhook signs with: of Ed25519 there is `webhook-signature` alone, after the
 * signatures by secrets, if there are any. A verifier skips the schemes that it does not know.
 */
export function allSignatureHeaders(
  { signing, signingKeys }: { readonly signing?: SigningSecrets; readonly signingKeys?: SigningSecrets },
  messageId: string,
  unixSeconds: number,
  body: string,
): Readonly<Partial<Record<'x-thalian-signature' | 'webhook-signature', string>>> {
  const headers = signing && signatureHeaders(signing, messageId, unixSeconds, body);
  if (signingKeys === undefined) {
    return headers ?? {};
  }
  const signed = Buffer.from(`${messageId}.${unixSeconds}.${body}`);
  const byKeys = secretsThatSign(signingKeys, unixSeconds * 1000).map(
    (key) => `v1a,${sign(null, signed, kept(privateKeysByVersion, signingKeys, key, privateKeyOf)).toString('base64')}`,
  );
  return { ...headers, 'webhook-signature': [...(headers ? [headers['webhook-signature']] : []), ...byKeys].join(' ') };
}

/** Whether a `webhook-signature` header has a signature of ours for exactly this body, by any secret that signs now. */
export function isSignedBy(
  signing: SigningSecrets,
  {
    deliveryId,
    unixSeconds,
    body,
  }: { readonly deliveryId: string; readonly unixSeconds: number; readonly body: string },
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
type ByVersion<Value> = WeakMap<SigningSecrets, Map<string, Value>>;

const keysByVersion: ByVersion<Keys> = new WeakMap();
const privateKeysByVersion: ByVersion<KeyObject> = new WeakMap();

function keysOf(signing: SigningSecrets, secret: string): Keys {
  return kept(keysByVersion, signing, secret, makeKeys);
}

function kept<Value>(
  byVersion: ByVersion<Value>,
  version: SigningSecrets,
  secret: string,
  make: (secret: string) => Value,
): Value {
  const known = byVersion.get(version) ?? new Map<string, Value>();
  byVersion.set(version, known);
  const value = known.get(secret) ?? make(secret);
  known.set(secret, value);
  return value;
}

function makeKeys(secret: string): Keys {
  const thalian = createSecretKey(secret, 'utf8');
  const encoded = encodedKeyOf(secret);
  return { thalian, standard: encoded === undefined ? thalian : createSecretKey(encoded, 'base64') };
}

function hmac(key: KeyObject, text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', key).update(text, 'utf8').digest(encoding);
}
