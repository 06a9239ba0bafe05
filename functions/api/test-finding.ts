/** The findings that a test sends. By id and title a receiver, and who reads it there, can tell that none of them is news. */
import { findingOf } from '../../shared/api/delivery-responses.schema.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { cutToCharacters } from '../../shared/finding/cut-text.ts';
import { FINDING_BOUNDS, type Finding } from '../../shared/finding/finding.ts';
import { trialFinding } from '../../shared/finding/sample-finding.ts';
import type { SeverityLevel } from '../../shared/finding/severity.ts';

const ID = 'fnd_test';
const TITLE = 'Test from Thalian: ';

/** In the middle of what publishers give such findings; the sample has none. */
const SCORES: Readonly<Record<Exclude<SeverityLevel, 'info'>, number>> = {
  critical: 95,
  high: 80,
  medium: 50,
  low: 20,
};

/** Each level has an id of its own, or a receiver that keeps one alarm for each finding would show only the last. */
export function severityTest(level: SeverityLevel, nowMillis: number): Finding {
  const detectedAt = new Date(nowMillis).toISOString();
  if (level === 'info') {
    return trialFinding({ id: ID, title: `${TITLE}this webhook works`, detectedAt });
  }
  const trial = trialFinding({ id: `${ID}_${level}`, title: `${TITLE}a finding of severity ${level}`, detectedAt });
  return { ...trial, severity: { level, score: SCORES[level] } };
}

/** Not under its own id, by which a receiver would update or close what it has of the finding itself. */
export function testOf(row: DeliveryRow): Finding {
  const finding = findingOf(row);
  return {
    ...finding,
    id: `${ID}_${row.deliveryId}`,
    title: cutToCharacters(`${TITLE}${finding.title}`, FINDING_BOUNDS.titleCharacters),
  };
}
