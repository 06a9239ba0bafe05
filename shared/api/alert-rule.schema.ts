/** Which findings of a tenant a webhook gets. */
import * as z from 'zod';
import { AFFECTED_TYPES } from '../finding/affected.ts';
import { FINDING_BOUNDS } from '../finding/finding.ts';
import { SEVERITY_LEVELS } from '../finding/severity.ts';
import { ONE_LINE } from './one-line.ts';

/** Entries of one list. */
const MAX_LIST_ENTRIES = 20;

/** A name may stand in a list once, whatever its case; an empty list would let no finding pass. */
function anyOf<Entry extends string>(entry: z.ZodType<Entry, Entry>, what: string) {
  return z
    .array(entry)
    .min(1, 'Leave the list out to let every finding pass.')
    .max(MAX_LIST_ENTRIES, `At most ${MAX_LIST_ENTRIES} entries.`)
    .refine((list) => new Set(list.map((name) => name.toLowerCase())).size === list.length, 'An entry is there twice.')
    .optional()
    .describe(`Only findings of any of these ${what} are sent; absent, all are. Case does not matter.`);
}

function listEntry(maxCharacters: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxCharacters, `At most ${maxCharacters} characters.`)
    .regex(ONE_LINE, 'No control characters, and none that override the direction of text.')
    .meta({ pattern: ONE_LINE.source });
}

export const alertRuleSchema = z
  .strictObject({
    enabled: z.boolean().describe('Whether findings are sent at all'),
    minSeverity: z
      .enum(SEVERITY_LEVELS)
      .describe('Findings of this level and above are sent; critical is the gravest, info the least'),
    platforms: anyOf(listEntry(FINDING_BOUNDS.idCharacters), 'platforms'),
    categories: anyOf(listEntry(FINDING_BOUNDS.categoryCharacters), 'categories'),
    affectedTypes: anyOf(z.enum(AFFECTED_TYPES), 'types of what is affected'),
  })
  .meta({
    id: 'AlertRule',
    description:
      'Which findings are sent: those that pass the toggle, the threshold and each list. A finding without the field does not pass a list.',
    examples: [
      { enabled: true, minSeverity: 'high' },
      { enabled: true, minSeverity: 'low', platforms: ['okta'] },
    ],
  });
