/** Every metric that alarms and the dashboard stand on, with readable dimensions, whichever way it is written down. */
import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { readable } from './synthesise.ts';

export interface WatchedMetric {
  /** The alarm, or the widget's title. */
  readonly by: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
});
const alarmSchema = z.object({
  AlarmName: z.string(),
  Metrics: z.array(z.object({ MetricStat: z.object({ Metric: metricSchema }).optional() })).default([]),
});

export function alarmsOf(template: Template) {
  return Object.values(template.findResources('AWS::CloudWatch::Alarm')).map((alarm) => alarm['Properties']);
}

export function metricsOfAlarms(template: Template): readonly WatchedMetric[] {
  return alarmsOf(template).flatMap((properties) => {
    const { AlarmName: by, Metrics: parts } = alarmSchema.parse(properties);
    const metrics =
      properties.MetricName === undefined ? parts.map(({ MetricStat: stat }) => stat?.Metric) : [properties];
    return metrics
      .filter((metric) => metric !== undefined)
      .map((metric) => metricSchema.parse(metric))
      .map(({ Namespace: namespace, MetricName: name, Dimensions: dimensions }) => ({
        by,
        namespace,
        name,
        dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, readable(template, Value)])),
      }));
  });
}
