import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { WATCHED } from '../../scripts/cost/monthly-bill.ts';
import { METRICS_OF } from '../../shared/topology/metrics.ts';
import { alarmsOf, metricsOfAlarms } from './alarm-metrics.ts';
import { emittedBy, metricKey } from './emitted-by.ts';
import { aProductionStage, aStageWithMail, readable, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

/** What AWS counts, and by what (user guides of SQS, Lambda, DynamoDB, EventBridge and HTTP APIs, "CloudWatch metrics"). */
const COUNTED_BY_AWS: Readonly<
  Record<string, { readonly names: readonly string[]; readonly dimensions: readonly string[] }>
> = {
  'AWS/SQS': {
    names: [
      'ApproximateAgeOfOldestMessage',
      'ApproximateAgeOfOldestMessageInQuietGroups',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfNoisyGroups',
      'NumberOfEmptyReceives',
      'NumberOfMessagesReceived',
      'NumberOfMessagesSent',
    ],
    dimensions: ['QueueName'],
  },
  'AWS/Lambda': { names: ['Duration', 'Errors', 'Throttles'], dimensions: ['FunctionName'] },
  'AWS/Events': {
    names: ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'],
    dimensions: ['EventBusName', 'RuleName'],
  },
  'AWS/ApiGateway': { names: ['5xx', 'Count', 'Latency'], dimensions: ['ApiId'] },
  'AWS/CloudFront': { names: ['5xxErrorRate', 'Requests'], dimensions: ['DistributionId', 'Region'] },
  'AWS/DynamoDB': {
    names: ['ReadThrottleEvents', 'WriteThrottleEvents'],
    dimensions: ['TableName', 'GlobalSecondaryIndexName'],
  },
};

/** Of what has no name of its own. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  GlobalSecondaryIndexName: ['attention', 'due', 'late'],
  Region: ['Global'],
};

describe('the alarms', () => {
  const template = synthesise();
  const alarms = alarmsOf(template);
  const metrics = metricsOfAlarms(template);
  const withMail = { template: synthesise(aStageWithMail()), metrics: metricsOfAlarms(synthesise(aStageWithMail())) };
  const alarmNamed = (name: string) => alarms.find(({ AlarmName }) => AlarmName === PREFIX + name);

  it('are as many, on as many metrics, as their price is told for', () => {
    const guide = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8').replaceAll('\n', ' ');
    expect(guide).toContain(`${alarms.length} alarms on ${metrics.length} metrics`);
    // Notices by e-mail are a choice of the stage, with a price of its own.
    const { mail: _ofAChoice, ...ofEveryStage } = METRICS_OF;
    const customMetrics = Object.values(ofEveryStage).flat().length;
    expect({ alarmMetrics: metrics.length, customMetrics }).toEqual(WATCHED);
    expect(guide).toContain(`all ${customMetrics} custom metrics`);
  });

  it('are these, each named by its article and how urgent it is', () => {
    expect(alarms.map(({ AlarmName: name }) => name.slice(PREFIX.length)).sort()).toEqual([
      'addresses-refused-low',
      'api-errors-high',
      'api-latency-low',
      'api-unauthorized-low',
      'canary-late-low',
      'canary-missing-high',
      'console-errors-high',
      'console-unreachable-high',
      'deliveries-late-low',
      'deliveries-stuck-low',
      'events-set-aside-high',
      'exhausted-deliveries-high',
      'exhausted-deliveries-low',
      'findings-dlq-high',
      'findings-dlq-more-high',
      'findings-silent-low',
      'findings-undelivered-failed-high',
      'findings-undelivered-lost-high',
      'function-duration-api-low',
      'function-duration-canary-low',
      'function-duration-dispatch-low',
      'function-duration-reconcile-low',
      'function-duration-send-low',
      'function-errors-api-high',
      'function-errors-canary-low',
      'function-errors-dispatch-high',
      'function-errors-reconcile-low',
      'function-errors-send-high',
      'function-throttles-api-high',
      'function-throttles-canary-low',
      'function-throttles-dispatch-high',
      'function-throttles-reconcile-low',
      'function-throttles-send-high',
      'items-returned-dispatch-high',
      'items-returned-send-high',
      'mapping-disabled-delivery-high',
      'mapping-disabled-findings-high',
      'mapping-disabled-retry-high',
      'noisy-groups-delivery-low',
      'noisy-groups-retry-low',
      'poison-high',
      'poison-more-high',
      'queue-age-delivery-low',
      'queue-age-findings-high',
      'queue-age-retry-low',
      'quiet-groups-age-delivery-high',
      'quiet-groups-age-retry-high',
      'reconcile-silent-low',
      'success-rate-high',
      'success-slo-fast-high',
      'success-slo-slow-low',
      'table-throttles-config-low',
      'table-throttles-delivery-log-low',
      'webhooks-disabled-low',
    ]);
  });

  it('are six more where the stage sends notices by e-mail', () => {
    const names = alarms.map(({ AlarmName: name }) => name);
    const more = alarmsOf(withMail.template).filter(({ AlarmName: name }) => !names.includes(name));
    expect(more.map(({ AlarmName: name }) => name.slice(PREFIX.length)).sort()).toEqual([
      'function-duration-mail-low',
      'function-errors-mail-low',
      'function-throttles-mail-low',
      'items-returned-mail-low',
      'mails-dlq-low',
      'mapping-disabled-mails-low',
    ]);
  });

  it('watch every function for its errors', () => {
    const functions = globSync('functions/*/index.ts').map((path) => path.split('/')[1] ?? '');
    const watched = withMail.metrics
      .filter(({ name }) => name === 'Errors')
      .map(({ dimensions }) => dimensions['FunctionName']);
    expect(watched.sort()).toEqual(functions.map((name) => PREFIX + name).sort());
  });

  it.each(alarms.map((alarm) => [alarm.AlarmName, alarm]))(
    '%s tells the topic that it rings and, if its end means that all is well, that it is over',
    (name, alarm) => {
      expect(alarm.OKActions === undefined).toBe(name.endsWith('-more-high'));
      for (const actions of [alarm.AlarmActions, alarm.OKActions ?? alarm.AlarmActions]) {
        expect(actions.map((action: unknown) => readable(template, action))).toEqual([`${PREFIX}alarms`]);
      }
    },
  );

  it.each(alarms.map((alarm) => [alarm.AlarmName, alarm]))(
    '%s says how urgent it is, what is at stake and where to read on',
    (name, alarm) => {
      const urgency = name.endsWith('-high') ? 'HIGH, act now\\.' : 'LOW, look into it tomorrow\\.';
      expect(alarm.AlarmDescription).toMatch(
        new RegExp(`^${urgency} [A-Z].{30,200}\\. What to do: docs/runbook\\.md#[a-z-]+$`),
      );
    },
  );

  it('take no data for good, but for those that watch for silence', () => {
    const silent = alarms.filter(({ TreatMissingData: missing }) => missing !== 'notBreaching');
    expect(silent.map((alarm) => [alarm.AlarmName, alarm.TreatMissingData])).toEqual([
      [`${PREFIX}mapping-disabled-findings-high`, 'breaching'],
      [`${PREFIX}mapping-disabled-delivery-high`, 'breaching'],
      [`${PREFIX}mapping-disabled-retry-high`, 'breaching'],
      [`${PREFIX}reconcile-silent-low`, 'breaching'],
      [`${PREFIX}findings-silent-low`, 'breaching'],
      [`${PREFIX}canary-missing-high`, 'breaching'],
    ]);
  });

  it('ring after so many hours without a finding as the stage says, and at no silence where it says so', () => {
    const silenceOf = (findingSilenceHours: number | false) =>
      alarmsOf(synthesise(aProductionStage({ findingSilenceHours }))).find(
        ({ AlarmName: name }) => name === `${PREFIX}findings-silent-low`,
      );
    expect(silenceOf(6)).toMatchObject({
      MetricName: 'finding.dispatched',
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 6,
      DatapointsToAlarm: 6,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    expect(silenceOf(false)).toBeUndefined();
  });

  it('ring for any message that was set aside, by depth, because a redrive policy’s moves do not count as sent', () => {
    for (const name of ['findings-dlq', 'poison']) {
      expect(alarmNamed(`${name}-high`)).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        DatapointsToAlarm: 1,
        EvaluationPeriods: 1,
      });
    }
  });

  it('watch CloudFront where it counts: in us-east-1, and nowhere else', () => {
    const [alarm, ...others] = Object.values(template.findResources('AWS::CloudWatch::Alarm')).filter(
      (resource) => resource['Condition'] !== undefined,
    );
    expect(others).toEqual([]);
    expect(alarm?.['Properties'].AlarmName).toBe(`${PREFIX}console-errors-high`);
    expect(template.toJSON()['Conditions'][alarm?.['Condition']]).toEqual({
      'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'],
    });
    expect(alarmsOf(synthesise(createStages({}).e2e)).map(({ AlarmName: name }) => name)).not.toContain(
      'thalian-webhooks-e2e-console-errors-high',
    );
  });

  it('count refused tokens out of the lines that API Gateway writes', () => {
    const { FilterPattern: pattern, MetricTransformations: into } = theResource(template, 'AWS::Logs::MetricFilter')[
      'Properties'
    ];
    expect(pattern).toBe('{ $.status = "401" }');
    expect(into).toEqual([
      { MetricName: 'request.unauthorized', MetricNamespace: 'ThalianWebhooks/production', MetricValue: '1' },
    ]);
    const format = theResource(template, 'AWS::ApiGatewayV2::Stage')['Properties'].AccessLogSettings.Format;
    expect(JSON.parse(format).status).toBe('$context.status');
    const counted = metrics.filter(({ name }) => name === 'request.unauthorized');
    expect(counted.map(({ namespace, dimensions }) => [namespace, dimensions])).toEqual([
      ['ThalianWebhooks/production', {}],
    ]);
  });

  it('look at what comes into ExhaustedDeliveries, never at what lies there', () => {
    const watched = metrics.filter(({ dimensions }) => dimensions['QueueName'] === `${PREFIX}exhausted-deliveries`);
    expect(watched.map(({ name }) => name)).toEqual(['NumberOfMessagesSent', 'NumberOfMessagesSent']);
  });

  it('count success only where there is enough to count', () => {
    const { Metrics: parts, ...alarm } = alarmNamed('success-rate-high');
    expect(parts[0].Expression).toBe('IF(all >= 100, 100 * FILL(part, 0) / all, 100)');
    expect(alarm).toMatchObject({ ComparisonOperator: 'LessThanThreshold', Threshold: 50 });
  });

  it('stand on metrics that AWS has, of queues, functions, tables and rules that the stack has', () => {
    const own = Object.values(
      template.toJSON()['Resources'] as Record<string, { Properties?: Record<string, unknown> }>,
    );
    const distributions = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
    const named = own.flatMap(({ Properties: { QueueName, FunctionName, TableName, Name } = {} }) => [
      QueueName,
      FunctionName,
      TableName,
      Name,
    ]);
    const names = [...named, ...distributions.map((id) => `<${id}>`)];
    for (const { by, namespace, name, dimensions } of metrics.filter(({ namespace }) => namespace.startsWith('AWS/'))) {
      const known = COUNTED_BY_AWS[namespace];
      expect(known?.names, by).toContain(name);
      for (const [dimension, value] of Object.entries(dimensions)) {
        expect(known?.dimensions, by).toContain(dimension);
        expect(OTHER_NAMES[dimension] ?? names, by).toContain(value);
      }
    }
  });

  it.each(Object.keys(METRICS_OF))(
    'stand on metrics that the real %s emits, under its very namespace and dimensions',
    (service) => {
      const emitted = emittedBy(withMail.template, 'production', service).metrics;
      const needed = withMail.metrics
        .filter(({ dimensions }) => dimensions['service'] === service)
        .map(({ namespace, name, dimensions }) => metricKey(namespace, name, dimensions));
      expect(needed.length).toBeGreaterThan(0);
      expect(needed.filter((key) => !emitted.has(key))).toEqual([]);
    },
  );

  it('stand on nothing else', () => {
    const known = new Set([...Object.keys(COUNTED_BY_AWS), 'ThalianWebhooks/production']);
    expect(metrics.filter(({ namespace }) => !known.has(namespace))).toEqual([]);
  });

  it('of one stage do not hear another', () => {
    const ofStaging = metricsOfAlarms(synthesise(createStages({}).staging));
    // A distribution has no name; its id is each stack's own.
    const isNamed = ({ namespace }: (typeof metrics)[number]) => namespace !== 'AWS/CloudFront';
    const here = new Set(
      metrics.filter(isNamed).map(({ namespace, name, dimensions }) => metricKey(namespace, name, dimensions)),
    );
    const shared = ofStaging.filter(({ namespace, name, dimensions }) =>
      here.has(metricKey(namespace, name, dimensions)),
    );
    expect(shared).toEqual([]);
  });

  it('know that the default bus is not named in its metrics', () => {
    const imported = synthesise(aProductionStage({ findingsBus: { kind: 'imported', busName: 'default' } }));
    const ofEvents = metricsOfAlarms(imported).filter(({ namespace }) => namespace === 'AWS/Events');
    expect(ofEvents.map(({ dimensions }) => dimensions)).toEqual([
      { RuleName: `${PREFIX}findings` },
      { RuleName: `${PREFIX}finding-lifecycle` },
      { RuleName: `${PREFIX}stray-types` },
      { RuleName: `${PREFIX}findings` },
      { RuleName: `${PREFIX}finding-lifecycle` },
      { RuleName: `${PREFIX}stray-types` },
    ]);
  });
});
