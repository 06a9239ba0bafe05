/** What the queues report: what was set aside, what waits too long, which group crowds out the others. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { MAPPINGS, type MappedQueue } from '../../../shared/topology/mappings.ts';
import { MAIL_QUEUES, type QueueName } from '../../../shared/topology/queues.ts';
import type { Queues } from '../queues.ts';
import { total } from '../service-metrics.ts';
import type { AlarmDefinition } from './alarm-definition.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const QUARTER_HOUR = Duration.minutes(15);
const HOUR = Duration.hours(1);

/** A finding or a first attempt leaves its queue within seconds; one that was returned six times comes back after 315 s. */
const LATE_SECONDS = 300;

/** A retry may be on the queue for the longest delay, 900 s, before it is due. */
const RETRY_LATE_SECONDS = 900 + 900;

/** One receiver that is down, with a finding every three minutes: the team may want to tell that tenant. */
const EXHAUSTED_PER_HOUR = 20;

/** More than one in two seconds: that is not a single tenant any more. */
const EXHAUSTED_PER_QUARTER_HOUR = 500;

const MAPPED_QUEUES = Object.keys(MAPPINGS) as MappedQueue[];

/** `sendsMail`: whether the stage has the queues of mails. */
export function queueAlarms(queues: Queues, sendsMail: boolean): readonly AlarmDefinition[] {
  return [
    {
      article: 'findings-dlq',
      severity: 'high',
      impact: 'Findings were set aside, malformed or undeliverable; their tenants do not learn of them.',
      ...holdsAnything(queues, 'findings-dlq'),
    },
    {
      article: 'findings-dlq',
      of: 'more',
      severity: 'high',
      impact: 'Further findings were set aside while others lie there: the cause goes on, or there is another.',
      ...holdsMore(queues, 'findings-dlq'),
    },
    {
      article: 'poison',
      severity: 'high',
      impact: 'Deliveries were set aside; no further attempt of them is made.',
      ...holdsAnything(queues, 'poison'),
    },
    {
      article: 'poison',
      of: 'more',
      severity: 'high',
      impact: 'Further deliveries were set aside while others lie there: the cause goes on, or there is another.',
      ...holdsMore(queues, 'poison'),
    },
    ...(sendsMail ? mailAlarms(queues) : []),
    ...MAPPED_QUEUES.filter((name) => sendsMail || !MAIL_QUEUES.includes(name)).map(
      (of): AlarmDefinition => ({
        article: 'mapping-disabled',
        of,
        severity: MAIL_QUEUES.includes(of) ? 'low' : 'high',
        impact: 'No function reads the queue: what is in it waits until its trigger is enabled again.',
        ...isUnread(queues, of),
      }),
    ),
    {
      article: 'exhausted-deliveries',
      severity: 'low',
      impact: 'A receiver refuses what it is sent, retries included; its tenant sees it on the card.',
      ...receives(queues, EXHAUSTED_PER_HOUR, HOUR),
      bad: 1,
      outOf: 1,
    },
    {
      article: 'exhausted-deliveries',
      severity: 'high',
      impact: 'Receivers of several tenants refuse what they are sent: the cause may be on our side.',
      ...receives(queues, EXHAUSTED_PER_QUARTER_HOUR, QUARTER_HOUR),
      bad: 2,
      outOf: 3,
    },
    {
      article: 'queue-age',
      of: 'findings',
      severity: 'high',
      impact: 'Findings wait to be dispatched: of one tenant after a burst, or of every tenant.',
      ...isLate(queues, 'findings', LATE_SECONDS),
    },
    {
      article: 'queue-age',
      of: 'delivery',
      severity: 'low',
      impact: 'First attempts of a tenant wait; if also those of quiet tenants do, quiet-groups-age rings.',
      ...isLate(queues, 'delivery', LATE_SECONDS),
    },
    {
      article: 'queue-age',
      of: 'retry',
      severity: 'low',
      impact: 'Retries of a tenant are made later than planned.',
      ...isLate(queues, 'retry', RETRY_LATE_SECONDS),
    },
    {
      article: 'quiet-groups-age',
      of: 'delivery',
      severity: 'high',
      impact: 'First attempts wait also of tenants that are not busy: one tenant slows the others.',
      ...keepsTheQuietWaiting(queues, 'delivery', LATE_SECONDS),
    },
    {
      article: 'quiet-groups-age',
      of: 'retry',
      severity: 'high',
      impact: 'Retries wait also of tenants that are not busy: one tenant slows the others.',
      ...keepsTheQuietWaiting(queues, 'retry', RETRY_LATE_SECONDS),
    },
    {
      article: 'noisy-groups',
      of: 'delivery',
      severity: 'low',
      impact:
        'One tenant takes most of the senders; fair queues protect the others, at the cost of its own deliveries.',
      ...hasNoise(queues, 'delivery'),
      bad: 6,
      outOf: 6,
    },
    {
      // Expected while a receiver hangs: that is what this queue is for. Only for hours is it worth a look.
      article: 'noisy-groups',
      of: 'retry',
      severity: 'low',
      impact: 'One tenant’s receivers have kept most of the retries’ senders busy for hours.',
      ...hasNoise(queues, 'retry'),
      bad: 24,
      outOf: 24,
    },
  ];
}

/** A person's address waits for its link, and trouble for its notice: until tomorrow, as the console shows both. */
function mailAlarms(queues: Queues): readonly AlarmDefinition[] {
  return [
    {
      article: 'mails-dlq',
      severity: 'low',
      impact: 'Notices by e-mail, or requests to confirm an address, were set aside and do not come.',
      ...holdsAnything(queues, 'mails-dlq'),
    },
  ];
}

/** By depth: what a redrive policy moves does not count as sent. */
function holdsAnything(queues: Queues, name: QueueName) {
  const metric = queues
    .named(name)
    .metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES });
  return { metric, rings: { atLeast: 1 }, bad: 1, outOf: 1 };
}

/**
 * An alarm that rings already says nothing of what arrives meanwhile. This one rings for as long as the depth grows, and not
 * for the first messages, for which `holdsAnything` does. Its end does not mean that the queue is empty.
 */
function holdsMore(queues: Queues, name: QueueName) {
  const depth = holdsAnything(queues, name).metric;
  const filled = new MathExpression({ expression: 'FILL(depth, 0)', usingMetrics: { depth }, period: FIVE_MINUTES });
  const grown = new MathExpression({ expression: 'DIFF(filled)', usingMetrics: { filled }, period: FIVE_MINUTES });
  const metric = new MathExpression({
    expression: 'IF(grown >= 1 AND filled > grown, grown, 0)',
    usingMetrics: { filled, grown },
    period: FIVE_MINUTES,
    label: 'messages that joined others',
  });
  return { metric, rings: { atLeast: 1 }, bad: 1, outOf: 1, endsInSilence: true } as const;
}

/** Lambda asks also an empty queue, several times a minute (Lambda developer guide, "Amazon SQS polling"). */
function isUnread(queues: Queues, name: QueueName) {
  const counted = { statistic: Stats.SUM, period: FIVE_MINUTES };
  const metric = total(
    {
      received: queues.named(name).metricNumberOfMessagesReceived(counted),
      empty: queues.named(name).metricNumberOfEmptyReceives(counted),
    },
    FIVE_MINUTES,
    'messages received, and receives without any',
  );
  return { metric, rings: { below: 1 }, bad: 3, outOf: 3, ringsOnSilence: true } as const;
}

/** By inflow: one tenant's dead receiver would keep an alarm on the depth red for ever. */
function receives(queues: Queues, atLeast: number, period: Duration) {
  const metric = queues.named('exhausted-deliveries').metricNumberOfMessagesSent({ statistic: Stats.SUM, period });
  return { metric, rings: { atLeast } };
}

/** A message that was received three times drops out of this metric: `items-returned` is there for those. */
function isLate(queues: Queues, name: QueueName, atLeast: number) {
  const metric = queues.named(name).metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: MINUTE });
  return { metric, rings: { atLeast }, bad: 4, outOf: 5 };
}

function keepsTheQuietWaiting(queues: Queues, name: QueueName, atLeast: number) {
  const metric = queues
    .named(name)
    .metric('ApproximateAgeOfOldestMessageInQuietGroups', { statistic: Stats.MAXIMUM, period: MINUTE });
  return { metric, rings: { atLeast }, bad: 4, outOf: 5 };
}

function hasNoise(queues: Queues, name: QueueName) {
  const metric = queues
    .named(name)
    .metric('ApproximateNumberOfNoisyGroups', { statistic: Stats.MAXIMUM, period: FIVE_MINUTES });
  return { metric, rings: { atLeast: 1 } };
}
