import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asText, fitId, fitText } from '../../../shared/finding/repair-text.ts';
import { inTime } from '../../in-time.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 100 }),
);

describe('a text that is made to fit', () => {
  it.each([
    ['a🔑b', 3, 'a🔑b'],
    ['a🔑bc', 3, 'a🔑…'],
    ['🔑🔑🔑🔑', 3, '🔑🔑…'],
    ['ae\u0301e\u0301', 4, 'ae\u0301…'],
    ['half\ud83d', 5, 'half\ufffd'],
    ['\ude00half\ud83d', 4, '\ufffdha…'],
    ['', 3, ''],
  ])('%j in %i characters is %j', (text, maxCharacters, fitting) => {
    expect(fitText(text, maxCharacters)).toBe(fitting);
  });

  it('is valid Unicode within its bound, and stays as it is if it was that before', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 80 }), (text, maxCharacters) => {
        const fitting = fitText(text, maxCharacters);
        expect(fitting.isWellFormed()).toBe(true);
        expect([...fitting].length).toBeLessThanOrEqual(maxCharacters);
        expect(fitting === text).toBe(text.isWellFormed() && [...text].length <= maxCharacters);
      }),
    );
  });

  it('is cut in time, though it has a megabyte', () => {
    expect(inTime(() => fitText('🔑'.repeat(250_000), 512))).toBe(`${'🔑'.repeat(511)}…`);
  });
});

describe('an id that is made to fit', () => {
  it('ends in a hash of the whole where it is cut', () => {
    expect(fitId('x'.repeat(3_000), 2_048)).toMatch(/^x{1983}~[0-9a-f]{64}$/);
    expect(fitId('🔑'.repeat(3_000), 2_048)).toMatch(/^(?:🔑){1983}~[0-9a-f]{64}$/u);
  });

  it('is the id itself if it fits', () => {
    expect(fitId('🔑'.repeat(2_048), 2_048)).toBe('🔑'.repeat(2_048));
  });

  it.each([
    ['whose ends differ', `${'x'.repeat(3_000)}1`, `${'x'.repeat(3_000)}2`],
    ['that each hold another half of a character', 'id\ud83d', 'id\ud83e'],
    ['of which one has the mark of the other', 'id\ud83d', 'id\ufffd'],
  ])('keeps two apart %s', (_what, one, other) => {
    expect(fitId(one, 2_048)).not.toBe(fitId(other, 2_048));
  });

  it('is valid Unicode within its bound, and two ids never become one', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const [first, second] = [fitId(one, 70), fitId(other, 70)];
        expect(first.isWellFormed()).toBe(true);
        expect([...first].length).toBeLessThanOrEqual(70);
        expect(first === second).toBe(one === other);
      }),
    );
  });
});

it('takes a whole number for a text, if JSON carries it exactly', () => {
  expect([7, 2 ** 60, 1.5, true, null, {}, 'a'].map(asText)).toEqual(['7', ...Array(5).fill(undefined), 'a']);
});
