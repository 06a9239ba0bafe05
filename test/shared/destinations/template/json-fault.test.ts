import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault, lineAndColumn } from '../../../../shared/destinations/template/json-fault.ts';
import { runs } from '../../../thorough.ts';

/** JSON with one sign taken out, put in or replaced: most of it is JSON no more. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.constantFrom(
      '',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\n',
      ' ',
      '0',
      '-',
      'e',
      '.',
      'u',
      '\u0001',
      '\u007f',
    ),
    fc.nat({ max: 2 }),
  )
  .map(([json, place, sign, left]) => {
    const at = place % (json.length + 1);
    return json.slice(0, at) + sign + json.slice(at + left);
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('a fault of JSON', () => {
  it('is found where and only where the engine finds one', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, fc.json(), fc.string()), (text) => {
        const fault = findJsonFault(text);
        if (fault?.message !== 'an object has this name twice') {
          expect(fault === undefined, text).toBe(isJson(text));
        }
        expect(fault?.offset ?? 0).toBeLessThanOrEqual(text.length);
      }),
      {
        numRuns: runs(5_000),
        examples: [[''], ['01'], ['1.'], ['-'], ['[1,]'], ['{"a":1,}'], ['"\t"'], ['"\u2028"'], ['nul']],
      },
    );
  });

  it.each([
    ['{"a": {{ title }}}', 'line 1, column 8', 'a name in double quotes is missing'],
    ['{\n  "a": 1,\n}', 'line 3, column 1', 'a name in double quotes is missing'],
    ['{"a" 1}', 'line 1, column 6', 'a colon is missing'],
    ['[1 2]', 'line 1, column 4', 'a comma or ] is missing'],
    ['{"a": text}', 'line 1, column 7', 'a value is missing; text stands in double quotes'],
    ['{} {}', 'line 1, column 4', 'the template ends here, and more follows'],
    ['{"a": {"b": 1, "b": 2}}', 'line 1, column 16', 'an object has this name twice'],
    ['{"b": 1, "\\u0062": 2}', 'line 1, column 10', 'an object has this name twice'],
  ])('of %j is at %s: %s', (text, place, message) => {
    const fault = findJsonFault(text);
    expect(fault?.message).toBe(message);
    expect(lineAndColumn(text, fault?.offset ?? -1)).toBe(place);
  });

  it('is found however deep the text is, without recursion', () => {
    expect(findJsonFault('['.repeat(100_000))?.offset).toBe(100_000);
    expect(findJsonFault(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toBeUndefined();
  });
});
