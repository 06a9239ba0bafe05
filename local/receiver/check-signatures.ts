/**
 * Checks a request's signatures as a stranger would, with nothing of this project: `webhook-signature` by the public
 * library of Standard Webhooks, `x-thalian-signature` by the few lines that the receivers' guide shows.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** `unchecked`: it is signed, but this receiver does not know the secret. */
export type SignatureCheck = 'verified' | 'wrong' | 'unsigned' | 'unchecked';

export const SIGNATURE_HEADERS = ['webhook-signature', 'x-thalian-signature'] as const;

export type SignatureHeader = (typeof SIGNATURE_HEADERS)[number];

/** Why the signature does not hold, in a few words; undefined if it does. */
export type SignatureFault = string | undefined;

type Headers = Readonly<Record<string, string>>;

/** As Stripe's and the Standard Webhooks libraries have it. */
const TOLERANCE_SECONDS = 5 * 60;

export function judgeSignatures(
  body: string,
  headers: Headers,
  secret: string | undefined,
  nowMillis: number,
): SignatureCheck {
  const isUnsigned = SIGNATURE_HEADERS.every((name) => headers[name] === undefined);
  if (secret === undefined) {
    return isUnsigned ? 'unsigned' : 'unchecked';
  }
  if (isUnsigned) {
    return 'unsigned';
  }
  const faults = findSignatureFaults(body, headers, secret, nowMillis);
  return SIGNATURE_HEADERS.every((name) => faults[name] === undefined) ? 'verified' : 'wrong';
}

/** Each of the two on its own: a receiver checks one of them. */
export function findSignatureFaults(
  body: string,
  headers: Headers,
  secret: string,
  nowMillis: number,
): Readonly<Record<SignatureHeader, SignatureFault>> {
  return {
    'webhook-signature': standardFault(body, headers, secret),
    'x-thalian-signature': thalianFault(body, headers, secret, nowMillis),
  };
}

/** The library has a clock of its own. */
function standardFault(body: string, headers: Headers, secret: string): SignatureFault {
  // A secret without the prefix is a key as it stands; the libraries would take it for base64.
  const webhook = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
  try {
    webhook.verify(body, headers);
    return undefined;
  } catch (error) {
    // It reads the body as JSON once the signature holds: what is no JSON may be signed all the same.
    const isGenuine = error instanceof SyntaxError;
    return isGenuine ? undefined : String(error instanceof Error ? error.message : error);
  }
}

function thalianFault(body: string, headers: Headers, secret: string, nowMillis: number): SignatureFault {
  const header = headers['x-thalian-signature'];
  if (header === undefined) {
    return 'Missing header';
  }
  const parts = header.split(',').map((part) => part.split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  const signatures = parts.filter(([name]) => name === 'v1').map(([, value]) => value ?? '');
  const ageSeconds = Math.floor(nowMillis / 1000) - Number(time);
  if (!/^\d+$/.test(time) || Math.abs(ageSeconds) > TOLERANCE_SECONDS) {
    return /^\d+$/.test(time) ? `Timestamp ${ageSeconds} s away from this clock` : 'No timestamp';
  }
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  const matches = signatures.some((signature) => {
    const given = Buffer.from(signature, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return matches ? undefined : 'No matching signature found';
}
