/** What CloudFront reports of the console. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarm-definition.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** Among fewer, one response is a large share. */
const ENOUGH_REQUESTS = 20;

const FAILED_PERCENT = 5;

/** CloudFront's metrics are in this region alone (CloudFront developer guide, "CloudWatch metrics"). */
const METRICS_REGION = 'us-east-1';

export function consoleAlarms(distributionId: string): readonly AlarmDefinition[] {
  const counted = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'AWS/CloudFront',
      metricName,
      dimensionsMap: { DistributionId: distributionId, Region: 'Global' },
      statistic,
      period: FIVE_MINUTES,
    });
  return [
    {
      article: 'console-errors',
      severity: 'high',
      impact: 'Tenants cannot open the console or call the API through it. Deliveries themselves go on.',
      metric: new MathExpression({
        expression: `IF(requests >= ${ENOUGH_REQUESTS}, failed, 0)`,
        usingMetrics: { requests: counted('Requests', Stats.SUM), failed: counted('5xxErrorRate', Stats.AVERAGE) },
        period: FIVE_MINUTES,
        label: 'responses that are 5xx, %',
      }),
      rings: { atLeast: FAILED_PERCENT },
      bad: 2,
      outOf: 3,
      onlyIn: METRICS_REGION,
    },
  ];
}
