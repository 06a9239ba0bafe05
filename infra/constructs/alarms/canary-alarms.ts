/** What the canary sees, where the stage has one. */
import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric } from '../service-metrics.ts';
import type { AlarmDefinition } from './alarm-definition.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** From the bus to the receiver takes a second or two, with a cold start of each function five. */
const LATE_MILLIS = 60_000;

export function canaryAlarms(stageName: string, hasConsole: boolean): readonly AlarmDefinition[] {
  const counted = { stageName, period: FIVE_MINUTES };
  const threeTimes = { bad: 3, outOf: 3 };
  return [
    {
      article: 'canary',
      of: 'missing',
      severity: 'high',
      impact: 'The canary’s findings do not arrive, or not signed: those of tenants probably do not either.',
      metric: serviceMetric('canary', 'canary.arrived', counted),
      rings: { below: 1 },
      ...threeTimes,
      ringsOnSilence: true,
    },
    {
      article: 'canary',
      of: 'late',
      severity: 'low',
      impact:
        'The canary’s findings take a minute and longer from the bus to the receiver; those of tenants probably too.',
      metric: serviceMetric('canary', 'canary.delayed', { ...counted, statistic: Stats.MAXIMUM }),
      rings: { atLeast: LATE_MILLIS },
      ...threeTimes,
    },
    ...(hasConsole
      ? [
          {
            article: 'console-unreachable',
            severity: 'high',
            impact: 'Tenants cannot open the console. Deliveries themselves go on.',
            metric: serviceMetric('canary', 'pages.unreachable', counted),
            rings: { atLeast: 1 },
            ...threeTimes,
          } as const,
        ]
      : []),
  ];
}
