/** What API Gateway reports of the configuration API. Deliveries do not depend on it. */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from './alarm-definition.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** One person tries again once or twice; five in five minutes are not one person's bad luck. */
const ERRORS_AT_LEAST = 5;

/** A person at a page notices from one second on. */
const SLOW_MILLIS = 3_000;

/** A test send waits for its receiver, up to 10 s. Among fewer requests one of them would be the slowest hundredth. */
const ENOUGH_REQUESTS = 200;

export function apiAlarms(httpApi: HttpApi): readonly AlarmDefinition[] {
  return [
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
