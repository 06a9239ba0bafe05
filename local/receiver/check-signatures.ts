/**
 * Checks a request's signatures as a stranger would, with nothing of this project: `webhook-signature` by the public
 * library of Standard Webhooks, `x-thalian-signature` by the few lines that the receivers' guide shows.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** `unchecked`: it is signed, but this receiver does not know the secret. */
export type SignatureCheck = 'verified' | 'wrong' | 'unsigned' | 'unchecked';

/** As Stripe's and the Standard Webhooks libraries have it. */
const TOLERANCE_SECONDS = 5 * 60;

export function judgeSignatures(
  body: string,
  headers: Readonly<Record<string, string>>,
  secret: string | undefined,
  nowMillis: number,
): SignatureCheck {
  const isUnsigned = headers['webhook-signature'] === undefined && headers['x-thalian-signature'] === undefined;
  if (secret === undefined) {
    return isUnsigned ? 'unsigned' : 'unchecked';
  }
  if (isUnsigned) {
    return 'unsigned';
  }
  const verified = isStandardSigned(body, headers, secret) && isThalianSigned(body, headers, secret, nowMillis);
  return verified ? 'verified' : 'wrong';
}

function isStandardSigned(body: string, headers: Readonly<Record<string, string>>, secret: string): boolean {
  // A secret without the prefix is a key as it stands; the libraries would take it for base64.
  const webhook = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
  try {
    webhook.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function isThalianSigned(
  body: string,
  headers: Readonly<Record<string, string>>,
  secret: string,
  nowMillis: number,
): boolean {
  const parts = (headers['x-thalian-signature'] ?? '').split(',').map((part) => part.split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  const signatures = parts.filter(([name]) => name === 'v1').map(([, value]) => value ?? '');
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  return (
    Math.abs(nowMillis / 1000 - Number(time)) <= TOLERANCE_SECONDS &&
    signatures.some((signature) => {
      const given = Buffer.from(signature, 'hex');
      return given.length === expected.length && timingSafeEqual(given, expected);
    })
  );
}
