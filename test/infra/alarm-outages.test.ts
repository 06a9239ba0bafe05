/** Each alarm is fed the outage that it is for, and days on which it must not ring. */
import { describe, expect, it } from 'vitest';
import { metricNamesOf, rings, type Series } from './alarm-evaluation.ts';
import { alarmsOf } from './alarm-metrics.ts';
import { synthesise } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

interface Days {
  /** What happens, and the data points of the last periods, oldest first. */
  readonly rings: Readonly<Record<string, Points>>;
  readonly quiet: Readonly<Record<string, Points>>;
}

type Points = Readonly<Record<string, Series>>;

/** So many periods with the same value. */
const lasting = (periods: number, value: number | undefined): Series => Array.from({ length: periods }, () => value);

const NO_DATA: Points = {};

const ERRORS: Days = {
  rings: { 'two invocations crash, ten minutes apart': { Errors: [1, 0, 1] } },
  quiet: { 'one invocation crashes': { Errors: [0, 1, 0] }, 'nothing is invoked': NO_DATA },
};
const THROTTLES: Days = {
  rings: { 'a quarter of an hour without concurrency': { Throttles: [4, 90, 2] } },
  quiet: { 'a burst is throttled for a moment': { Throttles: [0, 300, 0] }, 'nothing is invoked': NO_DATA },
};
const DURATION: Days = {
  rings: { 'a call hangs': { Duration: lasting(3, 29_000) } },
  quiet: { 'a receiver hangs, 10 s at most': { Duration: lasting(3, 11_000) }, 'nothing is invoked': NO_DATA },
};
const DEPTH: Days = {
  rings: { 'one message is set aside': { ApproximateNumberOfMessagesVisible: [0, 1] } },
  quiet: { 'the queue is empty': { ApproximateNumberOfMessagesVisible: [0, 0] }, 'the queue sleeps': NO_DATA },
};
const GROWTH: Days = {
  rings: {
    'another message joins': { ApproximateNumberOfMessagesVisible: [1, 1, 2] },
    'many more join those of yesterday': { ApproximateNumberOfMessagesVisible: [40, 40, 400] },
  },
  quiet: {
    'the first messages, for which another alarm rings': { ApproximateNumberOfMessagesVisible: [0, 0, 3] },
    'the first messages of a queue that slept': { ApproximateNumberOfMessagesVisible: [undefined, undefined, 3] },
    'what lies there stays': { ApproximateNumberOfMessagesVisible: [3, 3, 3] },
    'some are moved back': { ApproximateNumberOfMessagesVisible: [3, 3, 1] },
    'the queue sleeps': NO_DATA,
  },
};
const AGE: Days = {
  rings: { 'the oldest message waits for an hour': { ApproximateAgeOfOldestMessage: lasting(5, 3_600) } },
  quiet: {
    'a message is returned once': { ApproximateAgeOfOldestMessage: [0, 90, 190, 0, 0] },
    'the queue is empty': { ApproximateAgeOfOldestMessage: lasting(5, 0) },
  },
};
const QUIET_AGE: Days = {
  rings: {
    'those wait who are not busy': { ApproximateAgeOfOldestMessageInQuietGroups: lasting(5, 3_600) },
  },
  quiet: { 'only the busy wait': { ApproximateAgeOfOldestMessageInQuietGroups: lasting(5, 2) } },
};
const MAPPING: Days = {
  rings: {
    'the trigger is switched off': { NumberOfMessagesReceived: lasting(3, 0), NumberOfEmptyReceives: lasting(3, 0) },
    'switched off for hours, when SQS counts no more': NO_DATA,
  },
  quiet: {
    'a night without a message': { NumberOfMessagesReceived: lasting(3, 0), NumberOfEmptyReceives: lasting(3, 75) },
    'so busy that no receive is empty': { NumberOfMessagesReceived: lasting(3, 9_000), NumberOfEmptyReceives: [] },
  },
};
const UNDELIVERED: Days = {
  rings: { 'one finding': { FailedInvocations: [1], InvocationsFailedToBeSentToDlq: [1] } },
  quiet: { 'none, which EventBridge does not count': NO_DATA },
};
const TABLE: Days = {
  rings: { 'a hot key': { WriteThrottleEvents: lasting(3, 40) }, reads: { ReadThrottleEvents: lasting(3, 40) } },
  quiet: { 'a table grows': { WriteThrottleEvents: [0, 40, 0] }, 'no call is refused': NO_DATA },
};

const DAYS: Readonly<Record<string, Days>> = {
  'addresses-refused-low': {
    rings: { 'a network is probed': { 'address.refused': [40] } },
    quiet: { 'a wrong address': { 'address.refused': [2] }, none: NO_DATA },
  },
  'api-errors-high': {
    rings: { 'the table is gone': { '5xx': [12, 9, 30] } },
    quiet: { 'one person tries twice': { '5xx': [2, 0, 0] }, 'no requests': NO_DATA },
  },
  'api-latency-low': {
    rings: { 'everything is slow': { Count: lasting(3, 400), Latency: lasting(3, 4_000) } },
    quiet: {
      'a few test sends to a slow receiver': { Count: lasting(3, 60), Latency: lasting(3, 9_000) },
      'no requests': NO_DATA,
    },
  },
  'api-unauthorized-low': {
    rings: {
      'the issuer changed its keys': { 'request.unauthorized': [300, 280, 310], Count: [310, 290, 320] },
      'a program without a token in a loop': { 'request.unauthorized': lasting(3, 9_000), Count: lasting(3, 9_200) },
    },
    quiet: {
      'sessions end': { 'request.unauthorized': lasting(3, 20), Count: lasting(3, 2_000) },
      'many sessions end, among more requests': { 'request.unauthorized': lasting(3, 150), Count: lasting(3, 2_000) },
      'no requests': NO_DATA,
    },
  },
  'canary-late-low': {
    rings: { 'the queues are full': { 'canary.delayed': [95_000, 180_000, 240_000] } },
    quiet: { 'one cold start, one retry': { 'canary.delayed': [4_000, 95_000, 900] }, 'another alarm rings': NO_DATA },
  },
  'canary-missing-high': {
    rings: { 'no way out, at one delivery a minute': { 'canary.arrived': [1, 1, ...lasting(3, undefined)] } },
    quiet: {
      'one comes late': { 'canary.arrived': [1, undefined, 2] },
      'every five minutes one': { 'canary.arrived': lasting(3, 1) },
    },
  },
  'console-unreachable-high': {
    rings: { 'the bucket refuses': { 'pages.unreachable': lasting(3, 1) } },
    quiet: { 'a network hiccup': { 'pages.unreachable': [undefined, 1, undefined] }, 'it is served': NO_DATA },
  },
  'console-errors-high': {
    rings: { 'the bucket refuses': { Requests: lasting(3, 200), '5xxErrorRate': lasting(3, 60) } },
    quiet: {
      'one failed response of three': { Requests: lasting(3, 3), '5xxErrorRate': lasting(3, 33) },
      'a busy day': { Requests: lasting(3, 2_000), '5xxErrorRate': lasting(3, 0.1) },
      'no requests': NO_DATA,
    },
  },
  'deliveries-late-low': {
    rings: {
      'a line of one delivery stands still': { 'delivery.late': [1, 1, 1] },
      'a receiver refuses a line of thousands': { 'delivery.late': [4_000, 4_100, 4_050] },
    },
    quiet: {
      'one delivery was lost and found again': { 'delivery.late': [undefined, 1, undefined] },
      'a line that moves, however long it is': NO_DATA,
    },
  },
  'deliveries-stuck-low': {
    rings: { 'a queue was purged': { 'deliveries.stuck': [300, 100, 20] } },
    quiet: { 'a crash left two': { 'deliveries.stuck': [0, 2, 0] } },
  },
  'events-set-aside-high': {
    rings: { 'one event of another name': { 'event.set-aside': [1] } },
    quiet: { none: NO_DATA },
  },
  'exhausted-deliveries-high': {
    rings: { 'many receivers refuse': { NumberOfMessagesSent: [900, 1_500, 1_200] } },
    quiet: { 'one receiver is down': { NumberOfMessagesSent: [20, 20, 20] }, none: NO_DATA },
  },
  'exhausted-deliveries-low': {
    rings: { 'one receiver is down': { NumberOfMessagesSent: [40] } },
    quiet: { 'a few': { NumberOfMessagesSent: [4] }, none: NO_DATA },
  },
  'findings-dlq-high': DEPTH,
  'findings-dlq-more-high': GROWTH,
  'findings-silent-low': {
    rings: {
      'the publisher stopped': NO_DATA,
      'since yesterday': { 'finding.dispatched': [90, ...lasting(24, undefined)] },
    },
    quiet: {
      'one finding in the night': { 'finding.dispatched': [...lasting(20, undefined), 1, ...lasting(3, undefined)] },
    },
  },
  'findings-undelivered-failed-high': UNDELIVERED,
  'findings-undelivered-lost-high': UNDELIVERED,
  'function-duration-api-low': DURATION,
  'function-duration-canary-low': DURATION,
  'function-duration-dispatch-low': DURATION,
  'function-duration-reconcile-low': DURATION,
  'function-duration-send-low': DURATION,
  'function-errors-api-high': ERRORS,
  'function-errors-canary-low': ERRORS,
  'function-errors-dispatch-high': ERRORS,
  'function-errors-reconcile-low': ERRORS,
  'function-errors-send-high': ERRORS,
  'function-throttles-api-high': THROTTLES,
  'function-throttles-canary-low': THROTTLES,
  'function-throttles-dispatch-high': THROTTLES,
  'function-throttles-reconcile-low': THROTTLES,
  'function-throttles-send-high': THROTTLES,
  'items-returned-dispatch-high': {
    rings: { 'the config table cannot be read': { 'item.returned': lasting(3, 9), 'finding.dispatched': [] } },
    quiet: {
      'one in a hundred': { 'item.returned': lasting(3, 9), 'finding.dispatched': lasting(3, 900) },
      'one that comes back twice': { 'item.returned': [2, 2, 2] },
      'no findings': NO_DATA,
    },
  },
  'items-returned-send-high': {
    rings: { 'the log cannot be written': { 'item.returned': lasting(3, 90), 'delivery.delivered': lasting(3, 20) } },
    quiet: {
      'one in a hundred': { 'item.returned': lasting(3, 9), 'delivery.delivered': lasting(3, 900) },
      'no deliveries': NO_DATA,
    },
  },
  'mapping-disabled-delivery-high': MAPPING,
  'mapping-disabled-findings-high': MAPPING,
  'mapping-disabled-retry-high': MAPPING,
  'noisy-groups-delivery-low': {
    rings: { 'one webhook for half an hour': { ApproximateNumberOfNoisyGroups: lasting(6, 1) } },
    quiet: { 'a burst': { ApproximateNumberOfNoisyGroups: [0, 1, 1, 0, 0, 0] } },
  },
  'noisy-groups-retry-low': {
    rings: { 'one receiver hangs for two hours': { ApproximateNumberOfNoisyGroups: lasting(24, 1) } },
    quiet: { 'for one hour': { ApproximateNumberOfNoisyGroups: [...lasting(12, 0), ...lasting(12, 1)] } },
  },
  'poison-high': DEPTH,
  'poison-more-high': GROWTH,
  'queue-age-delivery-low': AGE,
  'queue-age-findings-high': AGE,
  'queue-age-retry-low': AGE,
  'quiet-groups-age-delivery-high': QUIET_AGE,
  'quiet-groups-age-retry-high': QUIET_AGE,
  'reconcile-silent-low': {
    rings: { 'the rule is switched off': NO_DATA },
    quiet: { 'three runs in a quarter of an hour': { 'deliveries.stuck': [3, 3] } },
  },
  'success-rate-high': {
    rings: { 'most receivers refuse': { 'delivery.delivered': lasting(3, 40), 'delivery.retried': lasting(3, 160) } },
    quiet: {
      'one dead receiver of many': { 'delivery.delivered': lasting(3, 900), 'delivery.retried': lasting(3, 90) },
      'a quiet night, one dead receiver': { 'delivery.delivered': [], 'delivery.retried': lasting(3, 6) },
      'no deliveries': NO_DATA,
    },
  },
  'success-slo-fast-high': {
    rings: {
      'six minutes without a way out, at one delivery a minute': {
        'first-attempt.made': [60, 60],
        'first-attempt.unanswered': [undefined, 6],
      },
      'a tenth of 400 a second': { 'first-attempt.made': [1_440_000], 'first-attempt.unanswered': [144_000] },
    },
    quiet: {
      'one receiver dies, at one delivery a minute': {
        'first-attempt.made': [60, 60],
        'first-attempt.unanswered': [undefined, 5],
      },
      'ten receivers die in an hour, at 40 a second': {
        'first-attempt.made': [144_000],
        'first-attempt.unanswered': [50],
      },
      'the objective is just met': { 'first-attempt.made': [14_400], 'first-attempt.unanswered': [72] },
      'no deliveries': NO_DATA,
    },
  },
  'success-slo-slow-low': {
    rings: {
      'one minute in twenty without a way out, at one delivery a minute': {
        'first-attempt.made': [360],
        'first-attempt.unanswered': [18],
      },
    },
    quiet: {
      'two receivers die, at one delivery a minute': {
        'first-attempt.made': [360],
        'first-attempt.unanswered': [10],
      },
      'twice the tolerance': { 'first-attempt.made': [86_400], 'first-attempt.unanswered': [864] },
      'no deliveries': NO_DATA,
    },
  },
  'table-throttles-config-low': TABLE,
  'table-throttles-delivery-log-low': TABLE,
  'webhooks-disabled-low': {
    rings: { 'one webhook': { 'webhook.disabled': [1] } },
    quiet: { none: NO_DATA },
  },
};

const alarms = new Map<string, unknown>(
  alarmsOf(synthesise()).map((alarm) => [alarm.AlarmName.slice(PREFIX.length), alarm]),
);

const days = (kind: keyof Days) =>
  Object.entries(DAYS).flatMap(([name, of]) =>
    Object.entries(of[kind]).map(([day, points]) => ({ name, day, points })),
  );

describe('the alarms', () => {
  it('have each an outage to ring at and a day to be quiet on', () => {
    expect(Object.keys(DAYS).sort()).toEqual([...alarms.keys()].sort());
  });

  it.each(days('rings'))('$name rings: $day', ({ name, points }) => {
    expect(rings(alarms.get(name), pointsOf(name, points))).toBe(true);
  });

  it.each(days('quiet'))('$name is quiet: $day', ({ name, points }) => {
    expect(rings(alarms.get(name), pointsOf(name, points))).toBe(false);
  });
});

/** Data of metrics that the alarm does not read would show nothing. */
function pointsOf(name: string, points: Points): Points {
  const read = metricNamesOf(alarms.get(name));
  const known = Object.entries(points).filter(([metric]) => read.includes(metric));
  expect(known.length > 0 || Object.keys(points).length === 0, `${name} reads ${read.join(', ')}`).toBe(true);
  return Object.fromEntries(known);
}
