/**
 * Which findings a webhook gets. The toggle and the threshold decide for all; a list narrows further, to findings that have
 * any of its values. A list that is absent lets every finding pass.
 */
import type { AffectedType } from '../finding/affected.ts';
import type { Finding } from '../finding/finding.ts';
import { isAtOrAbove, type SeverityLevel } from '../finding/severity.ts';

export interface AlertLists {
  readonly platforms?: readonly string[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly affectedTypes?: readonly AffectedType[] | undefined;
}

export interface AlertRule extends AlertLists {
  readonly enabled: boolean;
  readonly minSeverity: SeverityLevel;
}

/** In the order in which people read them. */
export const ALERT_LISTS = [
  'platforms',
  'categories',
  'affectedTypes',
] as const satisfies readonly (keyof AlertLists)[];

export type AlertRefusal = 'alerts-off' | 'below-threshold' | 'not-selected';

/** Undefined if the rule lets the finding pass. */
export function refusalOf(rule: AlertRule, finding: Finding): AlertRefusal | undefined {
  if (!rule.enabled) {
    return 'alerts-off';
  }
  if (!isAtOrAbove(finding.severity.level, rule.minSeverity)) {
    return 'below-threshold';
  }
  return ALERT_LISTS.every((list) => isSelected(rule[list], valuesOf(finding)[list])) ? undefined : 'not-selected';
}

/** Whether no finding passes `next` that `current` refuses. */
export function isNarrower(next: AlertRule, current: AlertRule): boolean {
  return (
    !next.enabled ||
    (current.enabled &&
      isAtOrAbove(next.minSeverity, current.minSeverity) &&
      ALERT_LISTS.every((list) => isWithin(next[list], current[list])))
  );
}

export function isSameRule(a: AlertRule, b: AlertRule): boolean {
  return (
    a.enabled === b.enabled &&
    a.minSeverity === b.minSeverity &&
    ALERT_LISTS.every((list) => isWithin(a[list], b[list]) && isWithin(b[list], a[list]))
  );
}

/** `platforms okta, aws; categories Identity Security`; empty for a rule without lists. */
export function listWords(rule: AlertLists): string {
  const labels = { platforms: 'platforms', categories: 'categories', affectedTypes: 'affected' };
  return ALERT_LISTS.flatMap((list) => (rule[list] ? [`${labels[list]} ${rule[list].join(', ')}`] : [])).join('; ');
}

function valuesOf({ platform, platforms = [], category, affected, alsoAffected = [] }: Finding) {
  return {
    platforms: [platform, ...platforms],
    categories: category === undefined ? [] : [category],
    affectedTypes: [affected, ...alsoAffected].map(({ type }) => type),
  };
}

function isSelected(list: readonly string[] | undefined, values: readonly string[]): boolean {
  return list === undefined || values.some((value) => has(list, value));
}

function isWithin(inner: readonly string[] | undefined, outer: readonly string[] | undefined): boolean {
  return outer === undefined || inner?.every((value) => has(outer, value)) === true;
}

/** Publishers and people write the same name in different case. */
function has(list: readonly string[], value: string): boolean {
  return list.some((entry) => entry.toLowerCase() === value.toLowerCase());
}
