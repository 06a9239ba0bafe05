import { FINDING_BOUNDS, type Finding } from '../../shared/finding/finding.ts';
import { aFinding } from './finding.ts';

/** What a finding's free text may hold to ping people, forge links or break out of a format. */
export const HOSTILE_TEXT =
  '@everyone @here <!channel> <@U01> <@&42> <at>all</at> <users/all> <https://evil.example|click> ' +
  '[click](https://evil.example) **bold** `code` ||spoiler|| [~accountid:1] {panel} &amp; "quoted" \\ \u202e \u0000 \r\nline 🔑密e\u0301';

/** Every text as long as the contract allows: hostile, not ASCII, and with characters of several UTF-16 units. */
export function theLongestFinding(): Finding {
  const { idCharacters, titleCharacters, nameCharacters, summaryCharacters, urlCharacters } = FINDING_BOUNDS;
  return aFinding({
    id: fill('fnd_🔑<&>', idCharacters),
    title: fill(HOSTILE_TEXT, titleCharacters),
    severity: { level: 'critical', score: 100 / 3 },
    affected: {
      type: 'asset',
      id: fill('i-<@everyone>密', idCharacters),
      name: fill(HOSTILE_TEXT, nameCharacters),
    },
    platform: fill('aws & <azure>\n', idCharacters),
    remediation: {
      summary: fill(HOSTILE_TEXT, summaryCharacters),
      url: fill('https://docs.example/a?b=|)]>"c', 60) + 'ü'.repeat(urlCharacters - 60),
    },
  });
}

/** Exactly so many code points. */
function fill(text: string, characters: number): string {
  const points = [...text];
  return Array.from({ length: characters }, (_, index) => points[index % points.length]).join('');
}
