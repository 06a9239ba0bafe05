import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../shared/http/byte-view.ts';
import { createNeedleFinder } from '../../../shared/http/needle-finder.ts';

/** Upper and lower case alike. */
const FOLDING = Uint8Array.from({ length: 256 }, (_, byte) =>
  Buffer.from([byte]).toString('latin1').toLowerCase().charCodeAt(0),
);

interface Found {
  readonly covered: readonly number[];
  readonly partFrom: number | undefined;
  readonly comparisons: number;
}

function find(text: string, needles: readonly string[], isCutOff = false): Found {
  const finder = createNeedleFinder(
    needles.map((needle) => Buffer.from(needle)),
    FOLDING,
  );
  const covered = new Set<number>();
  let partFrom: number | undefined;
  const comparisons = finder.find(
    viewOf(Buffer.from(text), isCutOff),
    (start, end) => {
      for (let at = start; at < end; at += 1) {
        covered.add(at);
      }
    },
    (start) => {
      partFrom = start;
    },
  );
  return { covered: [...covered].sort((a, b) => a - b), partFrom, comparisons };
}

/** Every place of every needle, one after the other. */
function coveredBySearch(text: string, needles: readonly string[]): readonly number[] {
  const lowerCase = text.toLowerCase();
  const places = needles.flatMap((needle) =>
    Array.from({ length: text.length }, (_, at) => at)
      .filter((at) => lowerCase.startsWith(needle.toLowerCase(), at))
      .flatMap((at) => Array.from({ length: needle.length }, (_, offset) => at + offset)),
  );
  return [...new Set(places)].sort((a, b) => a - b);
}

/** Of few letters, so that needles begin, end and overlap like one another. */
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'c'), minLength: 1, maxLength: 8 });

describe('the finder', () => {
  it('finds exactly what a search for one needle after the other finds', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 12 }), (needles, words) => {
        const text = words.join('');
        expect(find(text, needles).covered).toEqual(coveredBySearch(text, needles));
      }),
    );
  });

  it('tells of the longest beginning of a needle that a text which is cut off ends with', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 12 }), (needles, words) => {
        const text = words.join('');
        const starts = Array.from({ length: text.length }, (_, at) => at);
        const partFrom = starts.find((at) =>
          needles.some((needle) => needle.toLowerCase().startsWith(text.slice(at).toLowerCase())),
        );
        expect(find(text, needles, true).partFrom).toBe(partFrom);
        expect(find(text, needles).partFrom).toBeUndefined();
      }),
    );
  });

  it('compares at most twice for each byte of the text, whatever is looked for', () => {
    const text = 'a'.repeat(2_000);
    const needles = Array.from({ length: 500 }, (_, index) => `${'a'.repeat(index)}b`);
    expect(find(text, []).comparisons).toBeLessThanOrEqual(2 * text.length);
    expect(find(text, needles).comparisons).toBeLessThanOrEqual(2 * text.length);
  });

  it('takes memory by the bytes that are looked for', () => {
    const finder = createNeedleFinder(
      Array.from({ length: 500 }, (_, index) => Buffer.from(`${index}`.padStart(100, 'x'))),
      FOLDING,
    );
    expect(finder.memoryBytes).toBeLessThanOrEqual(17 * 500 * 100 + 100);
  });
});
