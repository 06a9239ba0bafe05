/**
 * One page that shows, from top to bottom: does anything ring, are findings flowing, are deliveries succeeding, who is
 * failing, what is queued, does the API respond, what does it cost. Who is failing comes from the logs: a metric per tenant would cost more
 * than the deliveries.
 */
import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { accountWideName } from '../../shared/topology/physical-names.ts';
import type { QueueName } from '../../shared/topology/queues.ts';
import { ruleMetric } from './alarms/dependency-alarms.ts';
import { MEMORY_MIB } from './node-lambda.ts';
import type { Queues } from './queues.ts';
import type { SavedQueries } from './saved-queries.ts';
import { serviceMetric, share } from './service-metrics.ts';
import { eachFunction } from './watched-functions.ts';
import type { WatchedResources } from './watched-resources.ts';

export interface DashboardProps {
  readonly watched: WatchedResources;
  readonly alarms: readonly Alarm[];
  readonly queries: SavedQueries;
}

const FIVE_MINUTES = Duration.minutes(5);

/** What a page opens with; long enough to see what was normal before it went wrong. */
const SHOWN = Duration.hours(12);

const PAGE_WIDTH = 24;
const THIRD = PAGE_WIDTH / 3;
const HEIGHT = 6;

export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { watched, alarms, queries }: DashboardProps) {
    super(scope, id);
    const ringing = new AlarmStatusWidget({
      title: 'Does anything ring?',
      alarms: [...alarms],
      width: PAGE_WIDTH,
      height: 5,
    });
    new CloudWatchDashboard(this, 'Page', {
      dashboardName: accountWideName(watched.stage.name, 'overview', Aws.REGION),
      defaultInterval: SHOWN,
      widgets: [
        [ringing],
        [heading('Are findings flowing?')],
        flowOfFindings(watched),
        [heading('Are deliveries succeeding?')],
        successOfDeliveries(watched),
        [heading('Who is failing?')],
        failingWebhooks(watched, queries),
        [heading('What is queued?')],
        queued(watched),
        [heading('Does the API respond?')],
        responses(watched),
        [heading('What does it cost?')],
        cost(watched),
      ],
    });
  }
}

function flowOfFindings({ stage, queues, findingsRule, busName }: WatchedResources): IWidget[] {
  const counted = { stageName: stage.name, period: FIVE_MINUTES };
  return [
    graph('Findings: from the bus, dispatched, set aside', [
      ruleMetric(findingsRule, busName, 'MatchedEvents').with({ label: 'matched on the bus' }),
      serviceMetric('dispatch', 'finding.dispatched', counted).with({ label: 'dispatched' }),
      serviceMetric('dispatch', 'finding.repaired', counted).with({ label: 'repaired' }),
      serviceMetric('dispatch', 'finding.rejected', counted).with({ label: 'set aside' }),
      serviceMetric('dispatch', 'event.set-aside', counted).with({ label: 'events that are no findings' }),
    ]),
    graph('Deliveries planned for them', [
      serviceMetric('dispatch', 'delivery.planned', counted).with({ label: 'planned' }),
    ]),
    graph('Oldest finding in the queue, seconds', [ageIn(queues, 'findings')]),
  ];
}

function successOfDeliveries({ stage }: WatchedResources): IWidget[] {
  const counted = { stageName: stage.name, period: FIVE_MINUTES };
  const delivered = serviceMetric('send', 'delivery.delivered', counted);
  const retried = serviceMetric('send', 'delivery.retried', counted);
  const failed = serviceMetric('send', 'delivery.failed', counted);
  return [
    graph(
      'Attempts that succeed, %',
      [share(delivered, { retried, failed }, { atLeast: 1, otherwise: 100, period: FIVE_MINUTES, label: 'succeed' })],
      { leftYAxis: { min: 0, max: 100 } },
    ),
    graph(
      'Attempts by what came of them',
      [
        delivered.with({ label: 'delivered' }),
        retried.with({ label: 'to be retried' }),
        failed.with({ label: 'failed for good' }),
      ],
      { stacked: true },
    ),
    graph('Not attempted: held, cancelled, waiting, left on the queue', [
      serviceMetric('send', 'delivery.held', counted).with({ label: 'held' }),
      serviceMetric('send', 'delivery.waiting', counted).with({ label: 'begin to wait for a turn' }),
      serviceMetric('send', 'delivery.late', counted).with({ label: 'late for their turn' }),
      serviceMetric('send', 'delivery.cancelled', counted).with({ label: 'cancelled' }),
      serviceMetric('send', 'delivery.superseded', counted).with({ label: 'superseded' }),
      serviceMetric('send', 'item.returned', counted).with({ label: 'deliveries returned' }),
      serviceMetric('dispatch', 'item.returned', counted).with({ label: 'findings returned' }),
    ]),
  ];
}

function failingWebhooks({ stage, queues }: WatchedResources, queries: SavedQueries): IWidget[] {
  const counted = { stageName: stage.name, period: FIVE_MINUTES };
  return [
    new LogQueryWidget({
      title: 'Webhooks with the most failed attempts',
      view: LogQueryVisualizationType.TABLE,
      ...queries.named('top-failing-webhooks'),
      width: 2 * THIRD,
      height: HEIGHT,
    }),
    graph('Given up, disabled, refused', [
      queues
        .named('exhausted-deliveries')
        .metricNumberOfMessagesSent({ statistic: Stats.SUM, period: FIVE_MINUTES, label: 'deliveries exhausted' }),
      serviceMetric('send', 'webhook.disabled', counted).with({ label: 'webhooks disabled' }),
      serviceMetric('send', 'address.refused', counted).with({ label: 'addresses refused' }),
    ]),
  ];
}

function queued({ queues, stage }: WatchedResources): IWidget[] {
  const depth = (name: QueueName) =>
    queues
      .named(name)
      .metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES, label: name });
  const quiet = (name: QueueName) =>
    queues.named(name).metric('ApproximateAgeOfOldestMessageInQuietGroups', {
      statistic: Stats.MAXIMUM,
      period: FIVE_MINUTES,
      label: `${name}, quiet tenants`,
    });
  const counted = { stageName: stage.name, period: FIVE_MINUTES };
  return [
    graph('Waiting to be taken', [depth('findings'), depth('delivery'), depth('retry')]),
    graph('Oldest message, seconds', [
      ageIn(queues, 'delivery'),
      quiet('delivery'),
      ageIn(queues, 'retry'),
      quiet('retry'),
    ]),
    new SingleValueWidget({
      title: 'Set aside, exhausted, pushed on by reconcile',
      metrics: [
        depth('findings-dlq'),
        depth('poison'),
        depth('exhausted-deliveries'),
        serviceMetric('reconcile', 'deliveries.stuck', counted).with({ label: 'stuck' }),
      ],
      width: THIRD,
      height: HEIGHT,
    }),
  ];
}

function responses({ httpApi }: WatchedResources): IWidget[] {
  const counted = { statistic: Stats.SUM, period: FIVE_MINUTES };
  const within = (percentile: number) =>
    httpApi.metricLatency({ statistic: Stats.p(percentile), period: FIVE_MINUTES, label: `${percentile} % within` });
  return [
    graph('Requests', [httpApi.metricCount({ ...counted, label: 'requests' })]),
    graph('Refused, failed', [
      httpApi.metricClientError({ ...counted, label: 'refused (4xx)' }),
      httpApi.metricServerError({ ...counted, label: 'failed (5xx)' }),
    ]),
    graph('Responded within, ms', [within(50), within(99)]),
  ];
}

/** Quantities, not money: prices differ by region and change. */
function cost({ functions, tables }: WatchedResources): IWidget[] {
  const each = eachFunction(functions);
  const capacity = (what: 'Read' | 'Write') =>
    Object.entries({ config: tables.config, 'delivery log': tables.deliveryLog }).map(([label, table]) =>
      table[`metricConsumed${what}CapacityUnits`]({
        statistic: Stats.SUM,
        period: FIVE_MINUTES,
        label: `${label}, ${what === 'Read' ? 'reads' : 'writes'}`,
      }),
    );
  return [
    graph(
      'Requests: invocations',
      each.map(([label, lambda]) => lambda.metricInvocations({ statistic: Stats.SUM, period: FIVE_MINUTES, label })),
      { stacked: true },
    ),
    graph(
      'GB-seconds of the functions',
      each.map(
        ([label, lambda]) =>
          new MathExpression({
            expression: `${label} / 1000 * ${MEMORY_MIB / 1024}`,
            usingMetrics: { [label]: lambda.metricDuration({ statistic: Stats.SUM, period: FIVE_MINUTES }) },
            period: FIVE_MINUTES,
            label,
          }),
      ),
      { stacked: true },
    ),
    graph('Capacity units of the tables', [...capacity('Read'), ...capacity('Write')], { stacked: true }),
  ];
}

function ageIn(queues: Queues, name: QueueName): IMetric {
  return queues
    .named(name)
    .metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES, label: name });
}

function heading(question: string): IWidget {
  return new TextWidget({ markdown: `## ${question}`, width: PAGE_WIDTH, height: 1 });
}

function graph(title: string, left: IMetric[], rest: Partial<GraphWidgetProps> = {}): IWidget {
  return new GraphWidget({ title, left, width: THIRD, height: HEIGHT, leftYAxis: { min: 0 }, ...rest });
}
