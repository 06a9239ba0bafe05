import fc from 'fast-check';
import { findingSchema } from '../../shared/finding/finding.schema.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { fitFinding } from '../../shared/finding/finding-size.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { everyMemberOf, type Part } from './of-schema.ts';

/** What a finding's free text may hold to ping people, forge links or break out of a format. */
export const HOSTILE_TEXT =
  '@everyone @here <!channel> <@U01> <@&42> <at>all</at> <users/all> <https://evil.example|click> ' +
  '[click](https://evil.example) **bold** `code` ||spoiler|| [~accountid:1] {panel} &amp; "quoted" \\ \u202e \u0000 \r\nline 🔑密e\u0301';

/** Values that are not the longest hostile text. */
const LEAVES: Readonly<Record<string, unknown>> = {
  'severity.level': 'critical',
  'severity.score': 100 / 3,
  detectedAt: SAMPLE_FINDING.detectedAt,
};

/** For texts that are ids to a destination. */
const WORDS: Readonly<Record<string, string>> = {
  id: 'fnd_🔑<&>',
  'affected.id': 'i-<@everyone>密',
  platform: 'aws & <azure>\n',
};

/** Every text as long as the schema allows: hostile, not ASCII, and with characters of several UTF-16 units. */
export function theLongestFinding(): Finding {
  return findingSchema.parse(
    everyMemberOf(findingSchema, (path, part) => LEAVES[path] ?? longestLeaf(part, WORDS[path] ?? HOSTILE_TEXT)),
  );
}

/** What costs a destination most: letters of each length in UTF-8 and JSON, markup, accents, what is escaped in a URL. */
const UNITS = ['x', ' ', '&', '<', '"', '\\', '*', '|', '~', '\n', '\u0001', 'ü', '密', '🔑', 'e\u0301'];

/** Every text at its bound, as far as the whole may be sent: the id of one sign, the others in turn of some. */
export function aLongestFinding(ofId: string, others: readonly string[]): Finding {
  let texts = 0;
  const longest = everyMemberOf(findingSchema, (path, part) => {
    texts += 1;
    const sign = path === 'id' ? ofId : (others[texts % others.length] ?? ofId);
    return LEAVES[path] ?? longestLeaf(part, sign, /[\s\p{Cc}]/u.test(sign) ? '密' : sign);
  });
  return fitFinding(findingSchema.parse(longest)).finding;
}

export const anyLongestFinding: fc.Arbitrary<Finding> = fc
  .tuple(fc.constantFrom(...UNITS), fc.array(fc.constantFrom(...UNITS), { minLength: 1, maxLength: 8 }))
  .map(([ofId, others]) => aLongestFinding(ofId, others));

/** Of words, the last; of numbers, the greatest. */
function longestLeaf(
  { enum: choices, type, pattern, maxLength, maximum }: Part,
  words: string,
  inLinks = 'ü',
): unknown {
  if (choices !== undefined || type !== 'string') {
    return choices?.at(-1) ?? maximum;
  }
  if (maxLength === undefined) {
    throw new Error('A text of a finding has no greatest length');
  }
  return pattern === undefined ? fill(words, maxLength) : longestLink(maxLength, inLinks);
}

/** A link's bound counts UTF-16 units. */
function longestLink(maxUnits: number, sign: string): string {
  const beginning = fill('https://docs.example/a?b=|)]>"c', 60);
  return beginning + sign.repeat(Math.floor((maxUnits - beginning.length) / sign.length));
}

/** Exactly so many code points. */
function fill(text: string, characters: number): string {
  const points = [...text];
  return Array.from({ length: characters }, (_, index) => points[index % points.length]).join('');
}
