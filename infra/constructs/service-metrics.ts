/** The functions' own metrics, and arithmetic on metrics of any origin, for alarms and dashboard alike. */
import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricOf, metricsNamespace, SERVICE_DIMENSION, type Service } from '../../shared/topology/metrics.ts';

export interface ServiceMetricProps {
  readonly stageName: string;
  readonly period: Duration;
  readonly statistic?: string;
}

export function serviceMetric<Name extends Service>(
  service: Name,
  metricName: MetricOf<Name>,
  { stageName, period, statistic = Stats.SUM }: ServiceMetricProps,
): Metric {
  return new Metric({
    namespace: metricsNamespace(stageName),
    metricName,
    dimensionsMap: { [SERVICE_DIMENSION]: service },
    statistic,
    period,
  });
}

/** A function that counted nothing has no data at all, which in arithmetic would swallow what others counted. */
export function total(metrics: Readonly<Record<string, IMetric>>, period: Duration, label: string): MathExpression {
  const expression = Object.keys(metrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics: { ...metrics }, period, label });
}

export interface ShareProps {
  /** In all; below it there are too few to say anything. */
  readonly atLeast: number;
  /** The share where there are too few. */
  readonly otherwise: number;
  readonly period: Duration;
  readonly label: string;
}

/** `part` of `part` and `rest`, in percent. Ids are `part` and those of `rest`. */
export function share(
  part: IMetric,
  rest: Readonly<Record<string, IMetric>>,
  { atLeast, otherwise, period, label }: ShareProps,
): MathExpression {
  const all = total({ part, ...rest }, period, 'all');
  return new MathExpression({
    expression: `IF(all >= ${atLeast}, 100 * FILL(part, 0) / all, ${otherwise})`,
    usingMetrics: { all, part },
    period,
    label,
  });
}
