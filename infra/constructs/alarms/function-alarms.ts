/** What Lambda reports of the functions, and what they report themselves when they leave items on their queues. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../shared/topology/queues.ts';
import { serviceMetric, share } from '../service-metrics.ts';
import { eachFunction, type FunctionName, type WatchedFunctions } from '../watched-functions.ts';
import type { AlarmDefinition, Severity } from './alarm-definition.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** `send` starts no attempt with less than 15 s left, and one takes 10 s: 25 s happen, more should not. */
const LONG_MILLIS = 0.9 * FUNCTION_TIMEOUT_SECONDS * 1_000;

/** Now and then an item is returned because another worker has it; that is a fraction of a percent. */
const RETURNED_PERCENT = 20;

/** One item that cannot be read comes back six times at first, then every 180 s, twice in five minutes; it alone is not an outage. */
const RETURNED_AT_LEAST = 3;

const ERROR_IMPACT: Readonly<Record<FunctionName, { readonly severity: Severity; readonly impact: string }>> = {
  dispatch: { severity: 'high', impact: 'Findings come back to the queue and are dispatched late.' },
  send: { severity: 'high', impact: 'Deliveries come back to the queue: they are late, and attempts may be repeated.' },
  reconcile: { severity: 'low', impact: 'Deliveries whose chain broke off are not pushed on.' },
  canary: { severity: 'low', impact: 'The canary publishes or receives nothing; deliveries of tenants go on.' },
  mail: { severity: 'low', impact: 'Notices by e-mail come late; deliveries, and notices at webhooks, go on.' },
  api: { severity: 'high', impact: 'Tenants cannot manage their webhooks. Deliveries themselves go on.' },
};

export function functionAlarms(functions: WatchedFunctions, stageName: string): readonly AlarmDefinition[] {
  const each = eachFunction(functions);
  return [
    ...each.map(([of, lambda]): AlarmDefinition => {
      const metric = lambda.metricErrors({ statistic: Stats.SUM, period: FIVE_MINUTES });
      return { article: 'function-errors', of, ...ERROR_IMPACT[of], metric, rings: { atLeast: 1 }, bad: 2, outOf: 3 };
    }),
    itemsReturned('dispatch', stageName, {
      severity: 'high',
      impact: 'Findings cannot be dispatched, probably because a dependency fails; nothing is lost for five hours.',
      handled: {
        dispatched: serviceMetric('dispatch', 'finding.dispatched', { stageName, period: FIVE_MINUTES }),
      },
    }),
    itemsReturned('send', stageName, {
      severity: 'high',
      impact: 'Deliveries cannot be made, probably because a dependency fails; nothing is lost for five hours.',
      handled: {
        delivered: serviceMetric('send', 'delivery.delivered', { stageName, period: FIVE_MINUTES }),
        retried: serviceMetric('send', 'delivery.retried', { stageName, period: FIVE_MINUTES }),
        failed: serviceMetric('send', 'delivery.failed', { stageName, period: FIVE_MINUTES }),
      },
    }),
    ...(functions.mail === undefined
      ? []
      : [
          // SES may refuse for a while, as it does beyond its rate.
          itemsReturned('mail', stageName, {
            severity: 'low',
            impact:
              'Notices by e-mail cannot be sent, probably because SES refuses them; nothing is lost for five hours.',
            handled: { sent: serviceMetric('mail', 'mail.sent', { stageName, period: FIVE_MINUTES }) },
          }),
        ]),
    ...each.map(([of, lambda]): AlarmDefinition => {
      const metric = lambda.metricThrottles({ statistic: Stats.SUM, period: FIVE_MINUTES });
      const impact = 'The account has no concurrency left for this function; its work waits.';
      const { severity } = ERROR_IMPACT[of];
      return {
        article: 'function-throttles',
        of,
        severity,
        impact,
        metric,
        rings: { atLeast: 1 },
        bad: 3,
        outOf: 3,
      };
    }),
    ...each.map(([of, lambda]): AlarmDefinition => {
      const metric = lambda.metricDuration({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES });
      const impact = 'Invocations come close to their time limit; one that is cut off repeats its work.';
      const rings = { atLeast: LONG_MILLIS };
      return { article: 'function-duration', of, severity: 'low', impact, metric, rings, bad: 3, outOf: 3 };
    }),
  ];
}

interface Returning {
  readonly severity: Severity;
  readonly impact: string;
  /** What did not have to be returned. */
  readonly handled: Readonly<Record<string, IMetric>>;
}

function itemsReturned(
  of: 'dispatch' | 'send' | 'mail',
  stageName: string,
  { severity, impact, handled }: Returning,
): AlarmDefinition {
  const returned = serviceMetric(of, 'item.returned', { stageName, period: FIVE_MINUTES });
  return { article: 'items-returned', of, severity, impact, ...returnsItems(returned, handled) };
}

/** Returned items are no function errors, on purpose: those would slow the queue down for all tenants. */
function returnsItems(returned: IMetric, handled: Readonly<Record<string, IMetric>>) {
  const metric = share(returned, handled, {
    atLeast: RETURNED_AT_LEAST,
    otherwise: 0,
    period: FIVE_MINUTES,
    label: 'items returned, %',
  });
  return { metric, rings: { atLeast: RETURNED_PERCENT }, bad: 3, outOf: 3 };
}
