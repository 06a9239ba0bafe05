import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmac } from '../../../shared/http/hmac.ts';

describe('a keyed hash', () => {
  it('is the HMAC-SHA256 of purpose and text', () => {
    const expected = createHmac('sha256', 'key').update('["request","text"]').digest('hex');
    expect(hmac('key', 'request', 'text').toString('hex')).toBe(expected);
  });

  it.each([
    ['key', hmac('other', 'request', 'text')],
    ['purpose', hmac('key', 'cursor', 'text')],
    ['text', hmac('key', 'request', 'texts')],
  ])('is another for another %s', (_what, other) => {
    expect(other.equals(hmac('key', 'request', 'text'))).toBe(false);
  });

  it('never takes one purpose and text for another, wherever the one ends and the other begins', () => {
    const part = fc.stringMatching(/^["[\],\\a]{0,6}$/);
    fc.assert(
      fc.property(part, part, part, part, (purpose, text, otherPurpose, otherText) => {
        const isSame = purpose === otherPurpose && text === otherText;
        expect(hmac('key', purpose, text).equals(hmac('key', otherPurpose, otherText))).toBe(isSame);
      }),
      { numRuns: 1_000 },
    );
  });
});
