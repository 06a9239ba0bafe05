/** Severity levels as people write them. */
import type { SeverityLevel } from '../../shared/finding/severity.ts';

const WORDS: Readonly<Record<SeverityLevel, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

export function severityWords(level: SeverityLevel): string {
  return WORDS[level];
}
