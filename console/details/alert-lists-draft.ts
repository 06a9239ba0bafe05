/** The lists of an alert rule as they are typed, one text each, and the rule that they make. */
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { AFFECTED_TYPES, type AffectedType } from '../../shared/finding/affected.ts';

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

function entriesOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
