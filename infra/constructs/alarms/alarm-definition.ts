/** What an alarm owes to the operator it wakes: how urgent it is, what is at stake, and where to read on. */
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * `high` wakes an operator up: what was accepted is not being delivered, or will not be, or tenants cannot get at their
 * webhooks. `low` can wait until tomorrow.
 */
export type Severity = 'high' | 'low';

export interface AlarmDefinition {
  /** Heading of its article in `docs/runbook.md`, and the first part of its name. */
  readonly article: string;
  /** Whose it is, where several alarms share an article. */
  readonly of?: string;
  readonly severity: Severity;
  /** What users will notice if no operator acts. */
  readonly impact: string;
  readonly metric: IMetric;
  readonly rings: { readonly atLeast: number } | { readonly below: number };
  /** Rings when so many of the last so many periods are bad. */
  readonly bad: number;
  readonly outOf: number;
  /** True where no data means that something has stopped; elsewhere it means that nothing happened. */
  readonly ringsOnSilence?: true;
  /** True where the end of the ringing does not mean that all is well: no message says that it is over. */
  readonly endsInSilence?: true;
  /** The one region in which AWS counts the metric. Elsewhere the deployment has no such alarm. */
  readonly onlyIn?: string;
}

/** Within its stage. */
export function alarmName({ article, of, severity }: Pick<AlarmDefinition, 'article' | 'of' | 'severity'>): string {
  return [article, of, severity].filter((part) => part !== undefined).join('-');
}
