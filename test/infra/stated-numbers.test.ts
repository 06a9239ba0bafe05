/** As `test/docs/stated-numbers.test.ts`, for the pages and texts whose numbers come from alarms and stages too. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BROKEN_FOR_SECONDS, BROKEN_RECEIVES } from '../../functions/dispatch/plan-record.ts';
import { MIN_REMAINING_MILLIS as RECONCILE_STOPS_MILLIS } from '../../functions/reconcile/handler.ts';
import { MIN_REMAINING_MILLIS } from '../../functions/send/batch.ts';
import { MOST_COUNTED } from '../../shared/api/counts.schema.ts';
import { ATTEMPT_DEADLINE_MILLIS } from '../../shared/attempt/send-masked.flow.ts';
import { MEMBER_RECONCILE_AFTER_MILLIS } from '../../shared/delivery/digest.ts';
import { RECONCILE_AFTER_MILLIS } from '../../shared/delivery/postpone.ts';
import { ROW_LIFETIME_DAYS } from '../../shared/delivery/retry-cycle.ts';
import { ATTEMPTS_PER_CYCLE, MAX_HOP_SECONDS } from '../../shared/delivery/retry-policy.ts';
import { FIRST_RETURN_SECONDS, PATIENCE_SECONDS } from '../../shared/delivery/return-policy.ts';
import { LATE_MILLIS, WAITING_RECONCILE_AFTER_MILLIS } from '../../shared/delivery/waiting.ts';
import { UNREAD_DAYS } from '../../shared/finding/unread-findings.port.ts';
import { CONFIRM_WITHIN_MILLIS } from '../../shared/mail/notice-address.ts';
import { BATCH_SIZE, FUNCTION_TIMEOUT_SECONDS, MAX_RECEIVES, QUEUES } from '../../shared/topology/queues.ts';
import { CANARY_EVERY_MINUTES, RECONCILE_EVERY_MINUTES } from '../../shared/topology/schedules.ts';
import {
  AUTO_DISABLE_AFTER_MILLIS,
  EXHAUSTED_COUNT_LIMIT,
  FAILING_AFTER,
} from '../../shared/webhook/webhook-health.ts';
import { bytes, count, seconds } from '../quantities.ts';
import { expectStated, type StatedNumbers, statingWithoutRow } from '../stated-numbers.ts';
import { alarmsOf } from './alarm-metrics.ts';
import { synthesise, theResource } from './synthesise.ts';

const alarmSchema = z.object({
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  Period: z.number().optional(),
  Metrics: z
    .array(
      z.object({
        Expression: z.string().optional(),
        MetricStat: z.object({ Period: z.number() }).optional(),
      }),
    )
    .default([]),
});

const template = synthesise();
const { RetentionDays: archiveDays } = theResource(template, 'AWS::Events::Archive')['Properties'];
const alarms = alarmsOf(template);
const { TemporaryPasswordValidityDays: invitationDays } = theResource(template, 'AWS::Cognito::UserPool')['Properties']
  .Policies.PasswordPolicy;
const { IdTokenValidity: tokenMinutes } = theResource(template, 'AWS::Cognito::UserPoolClient')['Properties'];
const { MemorySize: memoryMib } = theResource(template, 'AWS::Lambda::Function', {
  FunctionName: 'thalian-webhooks-production-send',
})['Properties'];

/** What an alarm of production rings at: its threshold, for how long, and among how many at least. */
function alarm(name: string) {
  const found = alarms.find(({ AlarmName }) => AlarmName === `thalian-webhooks-production-${name}`);
  const { Threshold: threshold, EvaluationPeriods: periods, Period, Metrics } = alarmSchema.parse(found);
  const period = Period ?? Math.max(...Metrics.map(({ MetricStat: stat }) => stat?.Period ?? 0));
  const [, enough = ''] = /IF\(\w+ >= (\d+)/.exec(Metrics.map(({ Expression: text }) => text).join()) ?? [];
  return { threshold, period: seconds(period), lasting: seconds(period * periods), enough: Number(enough) };
}

const DAY = 86_400;
const { visibilitySeconds, retentionDays } = QUEUES.delivery;
const outage = seconds(PATIENCE_SECONDS);
const visibility = seconds(visibilitySeconds);
const retention = seconds(retentionDays * DAY);
const deadline = seconds(ATTEMPT_DEADLINE_MILLIS / 1000);
const autoDisable = seconds(AUTO_DISABLE_AFTER_MILLIS / 1000);
const timeout = seconds(FUNCTION_TIMEOUT_SECONDS);
const reconcileEvery = seconds(RECONCILE_EVERY_MINUTES * 60);
const reconcileAfter = seconds(RECONCILE_AFTER_MILLIS / 1000);
const receives = count(MAX_RECEIVES, 'time');
const hop = seconds(MAX_HOP_SECONDS);

const long = seconds(alarm('function-duration-send-low').threshold / 1000);
const slow = seconds(alarm('api-latency-low').threshold / 1000);
const late = seconds(alarm('queue-age-findings-high').threshold);
const success = alarm('success-rate-high');
const stuck = alarm('deliveries-stuck-low');
const refused = alarm('addresses-refused-low');
const canaryEvery = seconds(CANARY_EVERY_MINUTES * 60);
const canaryLate = seconds(alarm('canary-late-low').threshold / 1000);
const slo = alarm('success-slo-fast-high');
const slowSlo = alarm('success-slo-slow-low');
const latency = alarm('api-latency-low');

const STATED: StatedNumbers = {
  'docs/deploying.md': {
    ours: [
      ...[
        seconds(tokenMinutes * 60),
        bytes(memoryMib * 1024 ** 2),
        reconcileEvery,
        seconds(archiveDays * DAY),
        canaryEvery,
      ],
      seconds(invitationDays * DAY),
      seconds(MEMBER_RECONCILE_AFTER_MILLIS / 1000),
    ],
    // The window of the limit on test sends, Cognito's messages a day, how long CloudFront takes, what was measured or
    // assumed. What 0.1.0 took of an id, twice. The shift of a release, which gradual-release.test.ts holds, and what it adds.
    others: [
      '900 s',
      '1800 s',
      // Later than which after its detection a row says when a finding came.
      '3600 s',
      '80 %',
      '100 %',
      '5 %',
      '60 s',
      '86400 s',
      '300 s',
      '300 s',
      '0.3 s',
      '500 bytes',
      '1024 bytes',
      '10 time',
      '128 character',
      '128 character',
    ],
  },
  'docs/runbook.md': {
    ours: [
      ...[
        retention,
        retention,
        retention,
        retention,
        seconds(ROW_LIFETIME_DAYS * DAY),
        visibility,
        visibility,
        visibility,
        visibility,
      ],
      ...[...Array(7).fill(outage), ...Array(3).fill(receives), seconds(FIRST_RETURN_SECONDS)],
      seconds(CONFIRM_WITHIN_MILLIS / 1000),
      ...[count(BROKEN_RECEIVES, 'time'), seconds(BROKEN_FOR_SECONDS)],
      ...[count(ATTEMPTS_PER_CYCLE, 'time'), count(ATTEMPTS_PER_CYCLE, 'attempt'), count(BATCH_SIZE, 'attempt')],
      ...[autoDisable, autoDisable, autoDisable, count(EXHAUSTED_COUNT_LIMIT, 'delivery')],
      ...[late, late, seconds(alarm('queue-age-retry-low').threshold), hop, hop],
      ...[timeout, timeout, long, long, seconds(MIN_REMAINING_MILLIS / 1000), seconds(RECONCILE_STOPS_MILLIS / 1000)],
      ...[deadline, deadline, deadline, reconcileEvery, reconcileEvery, reconcileAfter],
      ...[success.lasting, count(success.enough, 'attempt'), success.period],
      ...[seconds(LATE_MILLIS / 1_000), seconds(WAITING_RECONCILE_AFTER_MILLIS / 1_000)],
      ...[count(stuck.threshold, 'delivery'), seconds(2 * RECONCILE_EVERY_MINUTES * 60)],
      ...[alarm('events-set-aside-high').lasting, alarm('findings-silent-low').lasting],
      ...[seconds(archiveDays * DAY), seconds(UNREAD_DAYS * DAY)],
      ...[alarm('reconcile-silent-low').lasting, count(refused.threshold, 'delivery'), refused.lasting],
      ...[slow, slow, count(latency.enough, 'request'), latency.lasting, alarm('api-errors-high').period],
      count(MOST_COUNTED, 'delivery'),
      ...[slo.lasting, slo.lasting, slowSlo.lasting, `${slo.threshold} %`, `${slowSlo.threshold} %`, '99.5 %'],
      ...[count(FAILING_AFTER, 'attempt'), alarm('mapping-disabled-retry-high').lasting],
      ...[`${alarm('console-errors-high').threshold} %`, alarm('console-errors-high').period],
      alarm('api-unauthorized-low').period,
      ...[canaryEvery, canaryEvery, canaryEvery, alarm('canary-missing-high').lasting, canaryLate],
    ],
    // How long to wait and see, what DynamoDB, SQS and EventBridge do, and an example.
    others: [
      // The shift of a release: gradual-release.test.ts holds it.
      '900 s',
      '600 s',
      '60 s',
      '60 s',
      '900 s',
      '900 s',
      '900 s',
      '900 s',
      '600 s',
      '1800 s',
      '10 s',
      '100000 delivery',
      '120 s',
      // At one delivery a minute, as Lambda polls several times a minute, the last five minutes, a quarter of an hour without.
      ...['60 s', '60 s', '300 s', '900 s'],
    ],
  },
  'infra/constructs/alarms/api-alarms.ts': { others: ['99 %'] },
  'infra/constructs/alarms/canary-alarms.ts': { ours: [canaryLate] },
  'infra/constructs/alarms/delivery-alarms.ts': {
    ours: [reconcileAfter, slo.lasting, slowSlo.lasting],
  },
  'infra/constructs/alarms/function-alarms.ts': { ours: [outage, outage, outage] },
};

describe('the numbers that are stated', () => {
  it.each(Object.entries(STATED))('in %s are those of the code', (path, stated) => {
    expectStated(path, stated);
  });

  it('have a row for every text of the stack', () => {
    expect(statingWithoutRow(['infra/**/*.ts'], Object.keys(STATED))).toEqual([]);
  });
});
