/**
 * Signs a request in two schemes at once, so that a receiver can use a verifier it already has: Stripe's
 * (`x-thalian-signature`) and Standard Webhooks v1 (`webhook-signature`).
 */
import { createHmac } from 'node:crypto';
import type { DeliveryId } from './ids.ts';
import type { SigningSecrets } from './webhook.ts';

/** A secret with this prefix is a Standard Webhooks key: what follows is base64. */
const STANDARD_PREFIX = 'whsec_';

/** The base64 that every Standard Webhooks library decodes to the same bytes. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Printable ASCII, so that a secret survives copying, shells and headers. */
const OWN_SECRET = /^[\x21-\x7e]{16,256}$/;

export type SecretRefusal = 'length-or-alphabet' | 'not-base64';

/** Whether a tenant's own secret may be used, and if not why. */
export function checkOwnSecret(secret: string): SecretRefusal | undefined {
  if (!OWN_SECRET.test(secret)) {
    return 'length-or-alphabet';
  }
  const encoded = secret.startsWith(STANDARD_PREFIX) ? secret.slice(STANDARD_PREFIX.length) : undefined;
  return encoded === undefined || (encoded !== '' && BASE64.test(encoded)) ? undefined : 'not-base64';
}

/** `randomBytes` are 32 fresh ones: randomness comes from outside the domain. */
export function formatGeneratedSecret(randomBytes: Uint8Array): string {
  return STANDARD_PREFIX + Buffer.from(randomBytes).toString('base64');
}

/**
 * The signature headers for exactly this body at this time.
 * During a rotation each header carries the new secret's signature first, then the previous one's.
 */
export function signatureHeaders(
  signing: SigningSecrets,
  deliveryId: DeliveryId,
  unixSeconds: number,
  body: string,
): Readonly<Record<'x-thalian-signature' | 'webhook-signature', string>> {
  const secrets = validSecrets(signing, unixSeconds * 1000);
  const thalian = secrets.map((secret) => `v1=${hmac(secret, `${unixSeconds}.${body}`, 'hex')}`);
  const standard = secrets.map(
    (secret) => `v1,${hmac(standardKey(secret), `${deliveryId}.${unixSeconds}.${body}`, 'base64')}`,
  );
  return {
    'x-thalian-signature': [`t=${unixSeconds}`, ...thalian].join(','),
    'webhook-signature': standard.join(' '),
  };
}

/** The secrets that sign at this moment, the current one first. */
function validSecrets(signing: SigningSecrets, nowMillis: number): readonly string[] {
  const { current, previous, previousUntil } = signing;
  return previous !== undefined && previousUntil !== undefined && nowMillis < previousUntil
    ? [current, previous]
    : [current];
}

function standardKey(secret: string): string | Buffer {
  const encoded = secret.startsWith(STANDARD_PREFIX) ? secret.slice(STANDARD_PREFIX.length) : '';
  return encoded !== '' && BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : secret;
}

function hmac(key: string | Buffer, text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', key).update(text, 'utf8').digest(encoding);
}
