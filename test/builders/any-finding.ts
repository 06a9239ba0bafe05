import fc from 'fast-check';
import { findingSchema } from '../../shared/finding/finding.schema.ts';
import { FINDING_BOUNDS, type Finding } from '../../shared/finding/finding.ts';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import { HOSTILE_TEXT } from './hostile-finding.ts';

const hostileWords = HOSTILE_TEXT.split(/(?<= )/);

/** Any text of so many code points, with a taste for what is special somewhere; now and then as long as it may be. */
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

const anyLink = fc
  .tuple(
    fc.webUrl({ withQueryParameters: true }),
    fc.constantFrom('', '|x', ')', '"', "'", '>', 'ü'.repeat(300), '[`{}`]', '&'.repeat(1_500), '?|'.repeat(750)),
  )
  .map(([url, end]) => `${url}${end}`)
  .filter((url) => url.length <= FINDING_BOUNDS.urlCharacters && URL.canParse(url));

/** Any finding that the contract lets pass. */
export const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    id: anyText(1, FINDING_BOUNDS.idCharacters),
    title: anyText(1, FINDING_BOUNDS.titleCharacters),
    severity: fc.record({
      level: fc.constantFrom(...SEVERITY_LEVELS),
      score: fc.double({ min: 0, max: 100, noNaN: true }),
    }),
    affected: fc.record({
      type: fc.constantFrom('identity' as const, 'asset' as const),
      id: anyText(1, FINDING_BOUNDS.idCharacters),
      name: anyText(0, FINDING_BOUNDS.nameCharacters),
    }),
    platform: anyText(1, FINDING_BOUNDS.idCharacters),
    detectedAt: fc.constantFrom(
      '2026-11-23T10:00:00.000Z',
      '2026-11-23T10:00:00.1234567+05:30',
      '2000-01-01T00:00:00Z',
    ),
    remediation: fc.record(
      { summary: anyText(0, FINDING_BOUNDS.summaryCharacters), url: anyLink },
      { requiredKeys: ['summary'] },
    ),
  })
  .map((finding) => findingSchema.parse(finding));
