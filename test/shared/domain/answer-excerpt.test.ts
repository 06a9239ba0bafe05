import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptAnswer } from '../../../shared/domain/answer-excerpt.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('what is kept of an answer', () => {
  it('is its first 1,024 bytes, cut between characters', () => {
    expect(excerptAnswer('x'.repeat(5_000), [])).toBe('x'.repeat(1_024));
    expect(excerptAnswer('密'.repeat(400), [])).toBe('密'.repeat(341));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (body) => {
        const kept = excerptAnswer(body, []);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1_024);
        expect(body.startsWith(kept)).toBe(true);
      }),
    );
  });

  it.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url')],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['without its prefix', SECRET.slice('whsec_'.length)],
    ['as the key in hex', Buffer.from(SECRET.slice('whsec_'.length), 'base64').toString('hex')],
    ['in capitals', SECRET.toUpperCase()],
  ])('never holds a secret that was echoed %s', (_form, echo) => {
    expect(excerptAnswer(`you sent ${echo}!`, [SECRET])).toBe('you sent ***!');
  });

  it('masks URL-encoded and JSON-escaped echoes', () => {
    const secret = 'p@ss word/with"quote';
    expect(excerptAnswer(encodeURIComponent(secret), [secret])).toBe('***');
    expect(excerptAnswer(JSON.stringify({ secret }), [secret])).toBe('{"secret":"***"}');
  });

  it('masks the token of an Authorization header that is echoed alone', () => {
    expect(excerptAnswer('bad token abcdef0123456789', ['Bearer abcdef0123456789'])).toBe('bad token ***');
  });

  it('leaves no half of a secret at the cut', () => {
    const kept = excerptAnswer('x'.repeat(1_010) + SECRET, [SECRET]);
    expect(kept).toBe(`${'x'.repeat(1_010)}***`);
  });

  it('masks the longer of two secrets whole', () => {
    expect(excerptAnswer('abcdefghijkl', ['abcdefgh', 'abcdefghijkl'])).toBe('***');
  });
});
