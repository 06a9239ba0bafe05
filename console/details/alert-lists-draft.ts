/** The lists of an alert rule as they are typed, one text each, and the rule that they make. */
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { AFFECTED_TYPES, type AffectedType } from '../../shared/finding/affected.ts';
import { ALERT_LISTS, type AlertLists, isSameRule } from '../../shared/webhook/alert-rule.ts';

type Rule = WebhookResponse['alerts'];

export interface ListsDraft {
  readonly platforms: string;
  readonly categories: string;
  readonly affectedTypes: readonly AffectedType[];
}

export function draftOf({ platforms = [], categories = [], affectedTypes = [] }: Rule): ListsDraft {
  return { platforms: platforms.join(', '), categories: categories.join(', '), affectedTypes };
}

/** A list without entries is left out: it would let no finding pass. Every type is the same as no list. */
export function ruleOf({ enabled, minSeverity }: Rule, draft: ListsDraft): Rule {
  const [platforms, categories] = [entriesOf(draft.platforms), entriesOf(draft.categories)];
  const isSomeTypes = draft.affectedTypes.length > 0 && draft.affectedTypes.length < AFFECTED_TYPES.length;
  return {
    enabled,
    minSeverity,
    ...(platforms.length > 0 && { platforms }),
    ...(categories.length > 0 && { categories }),
    ...(isSomeTypes && { affectedTypes: [...draft.affectedTypes] }),
  };
}

type ListName = (typeof ALERT_LISTS)[number];

const LABELS: Readonly<Record<ListName, string>> = {
  platforms: 'Platforms',
  categories: 'Categories',
  affectedTypes: 'What is affected',
};

/** The lists that differ between the rule in force and the one that was typed. */
export function differencesOfLists(stored: Rule, typed: Rule) {
  return ALERT_LISTS.filter((list) => !isSameRule({ ...stored, [list]: typed[list] }, stored)).map((list) => ({
    part: list,
    label: LABELS[list],
    theirs: words(stored[list]),
    yours: words(typed[list]),
  }));
}

/** The rule in force, with those lists of the typed one that its author keeps. */
export function keptLists(stored: Rule, typed: Rule, kept: ReadonlySet<ListName>): Rule {
  const { platforms, categories, affectedTypes, ...rule } = stored;
  const lists: AlertLists = { platforms, categories, affectedTypes };
  const decided = ALERT_LISTS.flatMap((list) => {
    const values = kept.has(list) ? typed[list] : lists[list];
    return values === undefined ? [] : [[list, values]];
  });
  return { ...rule, ...Object.fromEntries(decided) };
}

function words(list: readonly string[] | undefined): string {
  return list === undefined ? 'all' : list.join(', ');
}

function entriesOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
