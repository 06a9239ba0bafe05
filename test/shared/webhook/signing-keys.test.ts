import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keysInUse, toPublicText } from '../../../shared/webhook/public-keys.ts';
import { formatGeneratedKey, privateKeyOf, publicKeysOf } from '../../../shared/webhook/signing-keys.ts';

/** RFC 8032, section 7.1, test 2: the private key, the public one, a message and its signature. */
const VECTOR = {
  seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
  publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  message: '72',
  signature:
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
};

/** RFC 8037, appendix A: a private key, the public one and its thumbprint. */
const JWK = {
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
};

const keyOf = (seed: string, encoding: 'hex' | 'base64url') => formatGeneratedKey(Buffer.from(seed, encoding));

describe('a signing key', () => {
  it('signs as RFC 8032 says', () => {
    const key = privateKeyOf(keyOf(VECTOR.seed, 'hex'));
    expect(sign(null, Buffer.from(VECTOR.message, 'hex'), key).toString('hex')).toBe(VECTOR.signature);
  });

  it('has the public half and the thumbprint that RFC 8037 says', () => {
    const [key] = publicKeysOf({ current: keyOf(JWK.d, 'base64url') });
    expect(key).toEqual({ kid: JWK.thumbprint, x: JWK.x });
  });

  it('is shown to people as Standard Webhooks write a public key', () => {
    const [key] = publicKeysOf({ current: keyOf(VECTOR.seed, 'hex') });
    expect(key && toPublicText(key)).toBe(`whpk_${Buffer.from(VECTOR.publicKey, 'hex').toString('base64')}`);
  });

  it('has a public half that verifies what it signs, and gives nothing of the private half away', () => {
    const current = formatGeneratedKey(new Uint8Array(32).fill(9));
    const [{ x } = { x: '' }] = publicKeysOf({ current });
    const signature = sign(null, Buffer.from('body'), privateKeyOf(current));
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verify(null, Buffer.from('body'), publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from('Body'), publicKey, signature)).toBe(false);
    expect(JSON.stringify(publicKeysOf({ current }))).not.toContain(current.slice('whsk_'.length, -2));
  });

  it.each(['', 'whsk_', 'whsk_AAAA', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='])(
    'is nothing else: %s',
    (text) => {
      expect(() => privateKeyOf(text)).toThrow('no Ed25519 key');
    },
  );

  it('is in use until its overlap ends', () => {
    const earlier = { secret: keyOf(VECTOR.seed, 'hex'), until: 100 };
    const keys = publicKeysOf({ current: keyOf(JWK.d, 'base64url'), previous: [earlier] });
    expect(keys.map(({ until }) => until)).toEqual([undefined, 100]);
    expect(keysInUse(keys, 99)).toEqual(keys);
    expect(keysInUse(keys, 100)).toEqual(keys.slice(0, 1));
  });
});
