/** What API Gateway reports of the configuration API. Deliveries do not depend on it. */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricsNamespace, UNAUTHORIZED_METRIC } from '../../../shared/topology/metrics.ts';
import type { AlarmDefinition } from './alarm-definition.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** One person tries again once or twice; five in five minutes are not one person's bad luck. */
const ERRORS_AT_LEAST = 5;

/** A person at a page notices from one second on. */
const SLOW_MILLIS = 3_000;

/** A test send waits for its receiver, up to 10 s. Among fewer requests one of them would be the slowest hundredth. */
const ENOUGH_REQUESTS = 200;

/** A page whose session has ended asks a few times; these are all tenants' pages, or a program in a loop. */
const UNAUTHORIZED_AT_LEAST = 100;
const UNAUTHORIZED_PERCENT = 50;

export function apiAlarms(httpApi: HttpApi, stageName: string): readonly AlarmDefinition[] {
  return [
    {
      article: 'api-unauthorized',
      // Not high: any stranger can cause it.
      severity: 'low',
      impact: 'Most requests have no valid token: sign-in is broken for all tenants, or a program keeps trying.',
      metric: new MathExpression({
        expression: `IF(FILL(refused, 0) >= ${UNAUTHORIZED_AT_LEAST}, 100 * FILL(refused, 0) / all, 0)`,
        usingMetrics: {
          refused: new Metric({
            namespace: metricsNamespace(stageName),
            metricName: UNAUTHORIZED_METRIC,
            statistic: Stats.SUM,
            period: FIVE_MINUTES,
          }),
          all: httpApi.metricCount({ statistic: Stats.SUM, period: FIVE_MINUTES }),
        },
        period: FIVE_MINUTES,
        label: 'requests without a valid token, %',
      }),
      rings: { atLeast: UNAUTHORIZED_PERCENT },
      bad: 2,
      outOf: 3,
    },
    {
      article: 'api-errors',
      severity: 'high',
      impact: 'Tenants cannot manage their webhooks or retry deliveries. Deliveries themselves go on.',
      metric: httpApi.metricServerError({ statistic: Stats.SUM, period: FIVE_MINUTES }),
      rings: { atLeast: ERRORS_AT_LEAST },
      bad: 2,
      outOf: 3,
    },
    {
      article: 'api-latency',
      severity: 'low',
      impact: 'Tenants wait for the console’s pages. Deliveries themselves go on.',
      metric: new MathExpression({
        expression: `IF(requests >= ${ENOUGH_REQUESTS}, latency, 0)`,
        usingMetrics: {
          requests: httpApi.metricCount({ statistic: Stats.SUM, period: FIVE_MINUTES }),
          latency: httpApi.metricLatency({ statistic: Stats.p(99), period: FIVE_MINUTES }),
        },
        period: FIVE_MINUTES,
        label: '99 % responded within, ms',
      }),
      rings: { atLeast: SLOW_MILLIS },
      bad: 3,
      outOf: 3,
    },
  ];
}
