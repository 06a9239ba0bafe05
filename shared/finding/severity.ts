/** The five levels of a finding and what "at or above the threshold" means. */

/** From the gravest down; the order is the meaning. */
export const SEVERITY_LEVELS = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type SeverityLevel = (typeof SEVERITY_LEVELS)[number];

export function isAtOrAbove(level: SeverityLevel, threshold: SeverityLevel): boolean {
  return SEVERITY_LEVELS.indexOf(level) <= SEVERITY_LEVELS.indexOf(threshold);
}
