/** Which secrets a tenant may bring for signing, and what is in one that follows Standard Webhooks. */

/** A secret with this prefix is a Standard Webhooks key: what follows is base64. */
export const STANDARD_PREFIX = 'whsec_';

/** What a webhook may have been given: a last character may have bits that stand for nothing. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Without such bits: libraries for Rust and Ruby refuse a key that has them. */
const EXACT_END = /(?:[A-Za-z0-9+/]|[AEIMQUYcgkosw048]=|[AQgw]==)$/;

/** Printable ASCII, so that a secret survives copying, shells and headers. */
const OWN_SECRET = /^[\x21-\x7e]{16,256}$/;

/** How some dashboards show a key: with the version of the scheme in front, which is no part of it. */
const VERSION_BEFORE_KEY = /v\d+a?,whsec_/;

export type SecretRefusal = 'length-or-alphabet' | 'version-before-key' | 'not-base64';

/** For the person who typed it. */
export const SECRET_REFUSALS: Readonly<Record<SecretRefusal, string>> = {
  'length-or-alphabet': 'A secret of your own has 16 to 256 printable ASCII characters without spaces.',
  'version-before-key': 'Leave out what stands before whsec_, such as v1, and give one secret alone.',
  'not-base64': 'What follows whsec_ in a secret must be standard base64, as an encoder writes it, with padding.',
};

/** Whether a tenant's own secret may be used, and if not why. */
export function checkOwnSecret(secret: string): SecretRefusal | undefined {
  if (!OWN_SECRET.test(secret)) {
    return 'length-or-alphabet';
  }
  if (VERSION_BEFORE_KEY.test(secret)) {
    return 'version-before-key';
  }
  return secret.startsWith(STANDARD_PREFIX) && !isDecodedEverywhere(encodedKeyOf(secret)) ? 'not-base64' : undefined;
}

/** To the same bytes, by every library for Standard Webhooks. */
function isDecodedEverywhere(encoded: string | undefined): boolean {
  return encoded !== undefined && EXACT_END.test(encoded);
}

/** The base64 after the prefix; undefined for a secret that is a key as it stands. */
export function encodedKeyOf(secret: string): string | undefined {
  const encoded = secret.startsWith(STANDARD_PREFIX) ? secret.slice(STANDARD_PREFIX.length) : '';
  return encoded !== '' && BASE64.test(encoded) ? encoded : undefined;
}
