/** What EventBridge and DynamoDB report of their part. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IRule } from 'aws-cdk-lib/aws-events';
import { CONFIG_TABLE, DELIVERY_LOG, type TableShape } from '../../../shared/topology/tables.ts';
import { total } from '../service-metrics.ts';
import type { Tables } from '../tables.ts';
import type { AlarmDefinition } from './alarm-definition.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** A table that doubles its load is throttled for moments, which the SDK's own retries bridge. */
const THROTTLED_AT_LEAST = 10;

/** The default bus is not named in its metrics (EventBridge user guide, "Dimensions for EventBridge metrics"). */
const DEFAULT_BUS = 'default';

export function eventAlarms(rules: readonly IRule[], busName: string): readonly AlarmDefinition[] {
  return [
    {
      article: 'findings-undelivered',
      of: 'failed',
      severity: 'high',
      impact: 'EventBridge could not put findings on their queue; they are in the findings DLQ if that took them.',
      ...happens(rules, busName, 'FailedInvocations'),
    },
    {
      article: 'findings-undelivered',
      of: 'lost',
      severity: 'high',
      impact: 'EventBridge could put findings neither on their queue nor in its DLQ: they are lost here.',
      ...happens(rules, busName, 'InvocationsFailedToBeSentToDlq'),
    },
  ];
}

export function tableAlarms(tables: Tables): readonly AlarmDefinition[] {
  return [
    throttled('config', tables.config, CONFIG_TABLE),
    throttled('delivery-log', tables.deliveryLog, DELIVERY_LOG),
  ];
}

/** Of a rule, EventBridge counts only what is not 0. */
export function ruleMetric(rule: IRule, busName: string, metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: {
      ...(busName !== DEFAULT_BUS && { EventBusName: busName }),
      RuleName: rule.ruleName,
    },
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
  });
}

/** At any of the rules: a finding under a wrong name may be lost like any other. */
function happens(rules: readonly IRule[], busName: string, metricName: string) {
  const metrics = rules.map((rule, index) => [`rule${index}`, ruleMetric(rule, busName, metricName)] as const);
  const metric = total(Object.fromEntries(metrics), FIVE_MINUTES, metricName);
  return { metric, rings: { atLeast: 1 }, bad: 1, outOf: 1 };
}

function throttled(of: string, table: ITable, shape: TableShape): AlarmDefinition {
  return {
    article: 'table-throttles',
    of,
    severity: 'low',
    impact: 'DynamoDB refuses reads or writes; items are returned and deliveries are late.',
    metric: total(throttleEvents(table, shape), FIVE_MINUTES, 'throttled reads and writes'),
    rings: { atLeast: THROTTLED_AT_LEAST },
    bad: 3,
    outOf: 3,
  };
}

/** An index is counted by itself, not with its table. */
function throttleEvents(table: ITable, { indexes }: TableShape): Record<string, IMetric> {
  const counted = (metricName: string, dimensions: Record<string, string> = {}) =>
    table.metric(metricName, {
      dimensionsMap: { TableName: table.tableName, ...dimensions },
      statistic: Stats.SUM,
      period: FIVE_MINUTES,
    });
  const ofIndexes = indexes.flatMap(({ indexName }, index) => {
    const dimensions = { GlobalSecondaryIndexName: indexName };
    return [
      [`indexReads${index}`, counted('ReadThrottleEvents', dimensions)],
      [`indexWrites${index}`, counted('WriteThrottleEvents', dimensions)],
    ] as const;
  });
  return {
    reads: counted('ReadThrottleEvents'),
    writes: counted('WriteThrottleEvents'),
    ...Object.fromEntries(ofIndexes),
  };
}
