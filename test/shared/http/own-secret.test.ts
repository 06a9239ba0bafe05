/** Which secrets a tenant may bring. */
import { describe, expect, it } from 'vitest';
import { checkOwnSecret } from '../../../shared/http/own-secret.ts';

describe("a tenant's own secret", () => {
  it.each([
    ['sixteen-chars-ok', undefined],
    ['fifteen-chars-x', 'length-or-alphabet'],
    ['x'.repeat(256), undefined],
    ['x'.repeat(257), 'length-or-alphabet'],
    ['with a space inside', 'length-or-alphabet'],
    ['umlaut-schlüssel-lang', 'length-or-alphabet'],
    ['line\nfeed-in-the-middle', 'length-or-alphabet'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', undefined],
    ['whsec_not*base64*at*all', 'not-base64'],
    ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'version-before-key'],
    ['mine:v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'version-before-key'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw,v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'version-before-key'],
    ['ends-like-whsec_', undefined],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS', 'not-base64'],
    // Of the last character some bits stand for nothing: `standardwebhooks` for Rust and Ruby's strict decoder refuse them.
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=', 'not-base64'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKR==', 'not-base64'],
  ])('%j: %s', (secret, refusal) => {
    expect(checkOwnSecret(secret)).toBe(refusal);
  });

  it('may be any bytes as an encoder writes them', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      for (const length of [16, 17, 18]) {
        expect(checkOwnSecret(`whsec_${Buffer.alloc(length, byte).toString('base64')}`)).toBeUndefined();
      }
    }
  });
});
