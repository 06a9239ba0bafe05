/** Which rows of the log a request asks for, by what a row and its finding say. It knows no table. */
import { findingOf } from '../../../shared/api/delivery-responses.schema.ts';
import type { DeliveryRow, DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import type { SeverityLevel } from '../../../shared/finding/severity.ts';

export interface LogFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly severity?: SeverityLevel | undefined;
  /** Of the latest attempt: its cause, its error or its status code. */
  readonly cause?: string | undefined;
  /** Words of the title, or the id of the finding. */
  readonly search?: string | undefined;
}

/** Undefined if every row is asked for. */
export function matcherOf(filter: LogFilter): ((row: DeliveryRow) => boolean) | undefined {
  const { status, severity, cause, search = '' } = filter;
  const words = wordsOf(search);
  const isOfFinding = severity !== undefined || words.length > 0;
  if (status === undefined && cause === undefined && !isOfFinding) {
    return undefined;
  }
  return (row) =>
    (status === undefined || row.status === status) &&
    (cause === undefined || causesOf(row).includes(cause)) &&
    (!isOfFinding || isMatch(row, severity, words));
}

/** The row's finding is text: it is read only if what is cheaper to look at does not settle the matter. */
function isMatch(row: DeliveryRow, severity: SeverityLevel | undefined, words: readonly string[]): boolean {
  const finding = findingOf(row);
  const title = finding.title.toLowerCase();
  return (
    (severity === undefined || finding.severity.level === severity) &&
    (words.every((word) => title.includes(word)) || words.join(' ') === finding.id.toLowerCase())
  );
}

function causesOf({ attempts }: DeliveryRow): readonly (string | undefined)[] {
  const last = attempts.at(-1);
  return [last?.cause, last?.error, last?.statusCode?.toString()];
}

function wordsOf(search: string): readonly string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}
