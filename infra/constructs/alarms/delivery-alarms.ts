/** What becomes of deliveries, as the functions count it. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Stage } from '../../stages.ts';
import { serviceMetric, share, total } from '../service-metrics.ts';
import type { AlarmDefinition } from './alarm-definition.ts';

const FIVE_MINUTES = Duration.minutes(5);
const QUARTER_HOUR = Duration.minutes(15);
const HOUR = Duration.hours(1);

/** By attempts, not by deliveries: those fail ten minutes later, after their last retry. */
const LOW_SUCCESS_PERCENT = 50;

/** Fewer attempts in five minutes may all be of one receiver. */
const ENOUGH_ATTEMPTS = 100;

/** A crash here and there leaves one; so many together mean that messages are being lost. */
const STUCK_PER_QUARTER_HOUR = 20;

/** One webhook with a wrong address has a finding now and then; a script that probes the network has more. */
const REFUSED_PER_QUARTER_HOUR = 10;

/** Of first attempts to webhooks that are not failing, so many get a response. */
const OBJECTIVE_PERCENT = 99.5;

interface Burn {
  readonly window: Duration;
  /** How many times faster than the objective tolerates. */
  readonly rate: number;
  /** A receiver that dies is counted `FAILING_AFTER` times, five: one alone does not ring, in six hours not two either. */
  readonly atLeast: number;
}

/** Rates of the SRE workbook, "Alerting on SLOs": 2 % of a month's tolerance in an hour, 5 % in six. */
const FAST_BURN: Burn = { window: HOUR, rate: 14.4, atLeast: 6 };
const SLOW_BURN: Burn = { window: Duration.hours(6), rate: 6, atLeast: 11 };

/** Absent where a stage may be without findings for as long as it likes. */
export function silenceAlarms({ name: stageName, findingSilenceHours: hours }: Stage): readonly AlarmDefinition[] {
  return hours === false
    ? []
    : [
        {
          article: 'findings-silent',
          severity: 'low',
          impact: `No finding has been dispatched for ${hours} hours; if the publisher is at fault, no tenant learns of any.`,
          metric: serviceMetric('dispatch', 'finding.dispatched', { stageName, period: HOUR }),
          rings: { below: 1 },
          bad: hours,
          outOf: hours,
          ringsOnSilence: true,
        },
      ];
}

export function deliveryAlarms(stageName: string): readonly AlarmDefinition[] {
  const counted = { stageName, period: FIVE_MINUTES };
  const perQuarterHour = { stageName, period: QUARTER_HOUR };
  return [
    {
      article: 'events-set-aside',
      severity: 'high',
      impact: 'Events came under another name or of another source; if they are findings, no tenant learns of them.',
      metric: serviceMetric('dispatch', 'event.set-aside', counted),
      rings: { atLeast: 1 },
      bad: 1,
      outOf: 1,
    },
    {
      article: 'success-rate',
      severity: 'high',
      impact: 'Most receivers refuse or cannot be reached: the cause is probably on our side.',
      metric: share(
        serviceMetric('send', 'delivery.delivered', counted),
        {
          retried: serviceMetric('send', 'delivery.retried', counted),
          failed: serviceMetric('send', 'delivery.failed', counted),
        },
        { atLeast: ENOUGH_ATTEMPTS, otherwise: 100, period: FIVE_MINUTES, label: 'successful attempts, %' },
      ),
      rings: { below: LOW_SUCCESS_PERCENT },
      bad: 3,
      outOf: 3,
    },
    {
      article: 'success-slo',
      of: 'fast',
      severity: 'high',
      impact: 'Receivers that responded before cannot be reached: two percent of a month’s tolerance went in an hour.',
      ...burns(stageName, FAST_BURN),
    },
    {
      article: 'success-slo',
      of: 'slow',
      severity: 'low',
      impact:
        'Receivers that responded before cannot be reached: five percent of a month’s tolerance went in six hours.',
      ...burns(stageName, SLOW_BURN),
    },
    {
      article: 'deliveries-stuck',
      severity: 'low',
      impact:
        'Deliveries lost their next message; they are made up to 20 minutes late, or not if they cannot be pushed on.',
      metric: total(
        {
          stuck: serviceMetric('reconcile', 'deliveries.stuck', perQuarterHour),
          leftStuck: serviceMetric('reconcile', 'delivery.left-stuck', perQuarterHour),
        },
        QUARTER_HOUR,
        'stuck deliveries',
      ),
      rings: { atLeast: STUCK_PER_QUARTER_HOUR },
      bad: 2,
      outOf: 3,
    },
    {
      // At least one look falls into each quarter of an hour, also of a line of one delivery that stands still.
      article: 'deliveries-late',
      severity: 'low',
      impact:
        'Deliveries that take turns wait longer than their pace explains: a line stands still, or its receiver refuses.',
      metric: serviceMetric('send', 'delivery.late', perQuarterHour),
      rings: { atLeast: 1 },
      bad: 2,
      outOf: 3,
    },
    {
      // `reconcile` counts on every run, zeros too, so that silence differs from health.
      article: 'reconcile-silent',
      severity: 'low',
      impact: 'Deliveries whose chain broke off stay where they are.',
      metric: serviceMetric('reconcile', 'deliveries.stuck', { ...perQuarterHour, statistic: Stats.SAMPLE_COUNT }),
      rings: { below: 1 },
      bad: 2,
      outOf: 2,
      ringsOnSilence: true,
    },
    {
      article: 'addresses-refused',
      severity: 'low',
      impact: 'Webhooks lead to addresses that are not public. Nothing was connected; this may be probing.',
      metric: serviceMetric('send', 'address.refused', perQuarterHour),
      rings: { atLeast: REFUSED_PER_QUARTER_HOUR },
      bad: 1,
      outOf: 1,
    },
    {
      article: 'webhooks-disabled',
      severity: 'low',
      impact: 'A webhook was disabled; its tenant’s findings are held until it is resumed.',
      metric: serviceMetric('send', 'webhook.disabled', { stageName, period: HOUR }),
      rings: { atLeast: 1 },
      bad: 1,
      outOf: 1,
    },
  ];
}

/** By number as well as by share: at one delivery a minute six of sixty are a share that one dead receiver has too. */
function burns(stageName: string, { window: period, rate, atLeast }: Burn) {
  const metric = new MathExpression({
    expression: `IF(FILL(unanswered, 0) >= ${atLeast}, 100 * FILL(unanswered, 0) / FILL(made, 0), 0)`,
    usingMetrics: {
      made: serviceMetric('send', 'first-attempt.made', { stageName, period }),
      unanswered: serviceMetric('send', 'first-attempt.unanswered', { stageName, period }),
    },
    period,
    label: 'first attempts without a response, %',
  });
  return { metric, rings: { atLeast: (rate * (1000 - 10 * OBJECTIVE_PERCENT)) / 10 }, bad: 1, outOf: 1 };
}
