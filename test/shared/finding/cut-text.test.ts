import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToBytes, cutToCharacters, cutToFit, cutToJsonBytes } from '../../../shared/finding/cut-text.ts';

describe('a text that fits', () => {
  it.each(['', 'x', 'exactly 12 c', '🔑🔑🔑🔑🔑🔑'])('stays as it is: %j', (text) => {
    expect(cutToCharacters(text, 12)).toBe(text);
  });
});

describe('a text that is too long', () => {
  it.each([
    ['ends in a mark', 'abcdef', 4, 'abc…'],
    ['is cut before a character of two units', 'ab🔑cd', 4, 'ab…'],
    ['keeps a character of two units that fits', 'a🔑bcd', 4, 'a🔑…'],
    ['keeps a letter and its accent together', 'abe\u0301cd', 4, 'ab…'],
    ['keeps the parts of an emoji together', 'a👩‍👩‍👧‍👦bcdefgh', 9, 'a…'],
    ['keeps a flag together', 'ab🇨🇭cd', 5, 'ab…'],
    ['keeps CR and LF together', 'ab\r\ncd', 4, 'ab…'],
    ['is cut inside a letter with absurdly many accents', `a${'\u0301'.repeat(200)}`, 100, `a${'\u0301'.repeat(98)}…`],
    ['may have only the mark left', '🔑🔑', 1, '…'],
  ])('%s', (_what, text, maxCharacters, cut) => {
    expect(cutToCharacters(text, maxCharacters)).toBe(cut);
  });

  it('may be counted in bytes, the mark included', () => {
    expect(cutToBytes('密密密密', 9)).toBe('密密…');
    expect(cutToBytes('密密密密', 8)).toBe('密…');
  });

  it('may be counted in bytes of JSON', () => {
    expect(cutToJsonBytes('ab"\u0001c', 9)).toBe('ab"…');
    expect(cutToJsonBytes('ab"c', 5)).toBe('ab"c');
  });

  it('is counted as it is written', () => {
    const escaped = (text: string) => text.replaceAll('&', '&amp;');
    expect(cutToFit('&&&&', (text) => escaped(text).length <= 11)).toBe('&&…');
  });

  it('is measured by halves, whatever it holds', () => {
    let measured = 0;
    const fits = (text: string) => {
      measured += 1;
      return text.length <= 1_000;
    };
    expect(cutToFit('\u0301'.repeat(8_000), fits)).toHaveLength(1_000);
    // The logarithm of its length, and once before it is cut.
    expect(measured).toBeLessThanOrEqual(14);
  });

  it('fits, is valid Unicode, and lost no more than one character too many', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 200 }), (text, max) => {
        for (const [cut, length] of [
          [cutToCharacters(text, max), (part: string) => part.length],
          [cutToBytes(text, max + 3), (part: string) => Buffer.byteLength(part) - 3],
        ] as const) {
          expect(length(cut)).toBeLessThanOrEqual(max);
          expect(cut.isWellFormed()).toBe(true);
          if (cut !== text) {
            const kept = cut.slice(0, -1);
            const [next] = new Intl.Segmenter('en').segment(text.slice(kept.length));
            expect(text.startsWith(kept)).toBe(true);
            expect(length(`${kept}${next?.segment}…`)).toBeGreaterThan(max);
          }
        }
      }),
    );
  });
});
