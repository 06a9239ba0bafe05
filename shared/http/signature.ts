/**
 * Signs a request in two schemes at once, so that a receiver can use a verifier it already has: Stripe's
 * (`x-thalian-signature`) and Standard Webhooks v1 (`webhook-signature`).
 */
import { createHmac } from 'node:crypto';
import type { DeliveryId } from '../runtime/ids.ts';
import type { SigningSecrets } from '../webhook/webhook.ts';
import { encodedKeyOf, STANDARD_PREFIX } from './own-secret.ts';

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
  const encoded = encodedKeyOf(secret);
  return encoded === undefined ? secret : Buffer.from(encoded, 'base64');
}

function hmac(key: string | Buffer, text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', key).update(text, 'utf8').digest(encoding);
}
