import { findingSchema } from '../../shared/finding/finding.schema.ts';
import type { Finding } from '../../shared/finding/finding.ts';
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

/** Of words, the last; of numbers, the greatest. */
function longestLeaf({ enum: choices, type, pattern, maxLength, maximum }: Part, words: string): unknown {
  if (choices !== undefined || type !== 'string') {
    return choices?.at(-1) ?? maximum;
  }
  if (maxLength === undefined) {
    throw new Error('A text of a finding has no greatest length');
  }
  return pattern === undefined
    ? fill(words, maxLength)
    : fill('https://docs.example/a?b=|)]>"c', 60) + 'ü'.repeat(maxLength - 60);
}

/** Exactly so many code points. */
function fill(text: string, characters: number): string {
  const points = [...text];
  return Array.from({ length: characters }, (_, index) => points[index % points.length]).join('');
}
