/** Requests that Ed25519 keys sign, and forged ones, with the public keys that the receiver knows. */
import type { PublicKey } from '../../shared/webhook/public-keys.ts';
import { formatGeneratedKey, publicKeysOf } from '../../shared/webhook/signing-keys.ts';
import { type SignedRequest, signed, withHeader } from './signed-requests.ts';

export const KEY = formatGeneratedKey(new Uint8Array(32).fill(0xfb));
export const EARLIER = formatGeneratedKey(new Uint8Array(32).fill(7));
const OTHER = formatGeneratedKey(new Uint8Array(32).fill(8));
const SECRET = { current: 'a-secret-beside-the-key' };
const HOUR_MILLIS = 3_600_000;

export const publicOf = (...keys: readonly string[]) => keys.flatMap((current) => publicKeysOf({ current }));
export const byKey = (ageMinutes = 0) => signed({ signingKeys: { current: KEY } }, ageMinutes);
const rotated = (until: number) => signed({ signingKeys: { current: KEY, previous: [{ secret: EARLIER, until }] } });
const now = () => String(Math.floor(Date.now() / 1000));

/** The receiver knows `KEY` where a case names no keys. */
export type KeyCase = [what: string, request: () => SignedRequest, keys?: readonly PublicKey[]];

export const GENUINE: readonly KeyCase[] = [
  ['a request of this moment', byKey],
  ['a request of four minutes ago', () => byKey(4)],
  ['a request that a secret signs too', () => signed({ signing: SECRET, signingKeys: { current: KEY } })],
  ['a request that two keys sign, by the new one', () => rotated(Date.now() + HOUR_MILLIS)],
  ['a request that two keys sign, by the earlier one', () => rotated(Date.now() + HOUR_MILLIS), publicOf(EARLIER)],
  ['a request by one of two keys that it knows', byKey, publicOf(OTHER, KEY)],
];

export const FORGED: readonly KeyCase[] = [
  ['another key', byKey, publicOf(OTHER)],
  ['an earlier key whose overlap has ended', () => rotated(Date.now() - 2_000), publicOf(EARLIER)],
  ['a key that is to come', () => signed({ signingKeys: { current: EARLIER } })],
  ['a changed body', () => ({ ...byKey(), body: byKey().body.replace('82', '12') })],
  ['a body with a space more', () => ({ ...byKey(), body: `${byKey().body} ` })],
  ['a request of six minutes ago', () => byKey(6)],
  ['a request from six minutes ahead', () => byKey(-6)],
  ['an old request with a fresh timestamp', () => withHeader(byKey(6), 'webhook-timestamp', now)],
  ['a timestamp that is a word', () => withHeader(byKey(), 'webhook-timestamp', () => 'now')],
  ['another id', () => withHeader(byKey(), 'webhook-id', () => 'dlv_other')],
  ['no id', () => withHeader(byKey(), 'webhook-id', () => '')],
  ['no signature', () => withHeader(byKey(), 'webhook-signature', () => '')],
  ['a signature by a secret alone', () => signed({ signing: SECRET })],
  [
    'a signature by a secret that calls itself v1a',
    () => withHeader(signed({ signing: SECRET }), 'webhook-signature', (value) => value.replace('v1,', 'v1a,')),
  ],
  [
    'a signature by a key that calls itself v1',
    () => withHeader(byKey(), 'webhook-signature', (value) => value.replace('v1a,', 'v1,')),
  ],
  ['half a signature', () => withHeader(byKey(), 'webhook-signature', (value) => value.slice(0, -44))],
  ['what is no base64', () => withHeader(byKey(), 'webhook-signature', () => 'v1a,*')],
];
