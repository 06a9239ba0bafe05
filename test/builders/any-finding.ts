import fc from 'fast-check';
import { findingSchema } from '../../shared/finding/finding.schema.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { HOSTILE_TEXT } from './hostile-finding.ts';
import { anyOfSchema, type Part } from './of-schema.ts';

const hostileWords = HOSTILE_TEXT.split(/(?<= )/);

/** Any text of so many code points, often with what is special to some destination; now and then of the greatest length. */
function anyText(minCharacters: number, maxCharacters: number): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(...hostileWords),
    fc.constantFrom('\u0001', '"', '\\', '&', '<', '\n', '🔑', '密', '\u0301').map((sign) => sign.repeat(40)),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  return fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 12 }), fc.integer({ min: minCharacters, max: maxCharacters }))
    .map(([pieces, characters]) => {
      const points = [...pieces.join('')];
      const given = points.length === 0 ? ['-'] : points;
      return Array.from({ length: characters }, (_, index) => given[index % given.length]).join('');
    });
}

/** Links and times have a form of their own; of every other text the schema gives the length alone. */
function anyTextOf({ format, pattern, minLength = 0, maxLength = 256 }: Part): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc.constantFrom('2026-11-23T10:00:00.000Z', '2026-11-23T10:00:00.1234567+05:30', '2000-01-01T00:00:00Z');
  }
  return pattern === undefined ? anyText(minLength, maxLength) : anyLink(maxLength, pattern);
}

function anyLink(maxCharacters: number, pattern: string): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.oneof(
        { weight: 5, arbitrary: fc.webUrl({ withQueryParameters: true }) },
        // Of a network of the customer's own: some vendors refuse such a host.
        fc.constantFrom(
          'http://wiki/guide',
          'http://192.0.2.7/guide',
          'https://[2001:db8::1]:8443/',
          'http://my_host.example/',
        ),
      ),
      fc.constantFrom('', '|x', ')', '"', "'", '>', 'ü'.repeat(300), '[`{}`]', '&'.repeat(1_500), '?|'.repeat(750)),
    )
    .map(([url, end]) => `${url}${end}`)
    .map((url) => (new RegExp(pattern, 'u').test(url) ? url : url.replace(/^http:/, 'https:')))
    .filter((url) => url.length <= maxCharacters && URL.canParse(url));
}

/** Any finding that the schema lets pass, as a publisher writes it. */
export const anyWrittenFinding: fc.Arbitrary<unknown> = anyOfSchema(findingSchema, anyTextOf);

/** The same, parsed. */
export const anyFinding: fc.Arbitrary<Finding> = anyWrittenFinding.map((finding) => findingSchema.parse(finding));
