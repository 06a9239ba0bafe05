import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { METRICS_OF } from '../../shared/topology/metrics.ts';
import { alarmsOf } from './alarm-metrics.ts';
import { emittedBy, metricKey } from './emitted-by.ts';
import { readable, synthesise, theResource } from './synthesise.ts';

const COLUMNS = 24;

const bodySchema = z.object({
  widgets: z.array(
    z.object({
      type: z.string(),
      x: z.number(),
      y: z.number(),
      width: z.number(),
      height: z.number(),
      properties: z.looseObject({
        title: z.string().optional(),
        markdown: z.string().optional(),
        query: z.string().optional(),
        alarms: z.array(z.string()).optional(),
        metrics: z.array(z.array(z.unknown())).default([]),
      }),
    }),
  ),
});

/** Without those of a choice of the stage. */
const everyService = Object.keys(METRICS_OF).filter((service) => service !== 'mail');

describe('the dashboard', () => {
  const template = synthesise();
  const { DashboardName: name, DashboardBody: body } = theResource(template, 'AWS::CloudWatch::Dashboard')[
    'Properties'
  ];
  const { widgets } = bodySchema.parse(JSON.parse(readable(template, body)));

  it('is named by its stage and region', () => {
    expect(readable(template, name)).toBe('thalian-webhooks-production-overview-<AWS::Region>');
  });

  it('asks from top to bottom whether findings flow, deliveries succeed, who fails, what is queued and what it costs', () => {
    const headings = widgets.flatMap(({ y, properties: { markdown } }) =>
      markdown === undefined ? [] : [{ y, markdown }],
    );
    expect(headings.map(({ markdown }) => markdown)).toEqual([
      '## Are findings flowing?',
      '## Are deliveries succeeding?',
      '## Who is failing?',
      '## What is queued?',
      '## Does the API respond?',
      '## What does it cost?',
    ]);
    expect(headings.map(({ y }) => y)).toEqual(headings.map(({ y }) => y).toSorted((one, other) => one - other));
  });

  it('fills its page without a gap or an overlap', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    const rows = Math.max(...widgets.map(({ y, height }) => y + height));
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells).toHaveLength(rows * COLUMNS);
  });

  it('begins with every alarm that every region has', () => {
    const [first] = widgets;
    const elsewhere = alarmsOf(template).filter(({ AlarmName: name }) => name.endsWith('-console-errors-high'));
    expect(first?.properties.alarms).toHaveLength(alarmsOf(template).length - elsewhere.length);
  });

  it('finds who is failing in the logs, by the saved query', () => {
    const [log, ...others] = widgets.filter(({ type }) => type === 'log');
    const query = readFileSync(new URL('../../infra/queries/top-failing-webhooks.query', import.meta.url), 'utf8');
    expect(others).toEqual([]);
    expect(log?.properties.query).toBe(`SOURCE '/aws/lambda/thalian-webhooks-production-send' | ${query.trimEnd()}`);
  });

  it('shows only metrics that functions emit or AWS has, none of them by tenant or webhook', () => {
    const emitted = new Set(everyService.flatMap((service) => [...emittedBy(template, 'production', service).metrics]));
    const shown = widgets.flatMap(({ properties: { metrics } }) => metrics.flatMap(metricOf));
    const [ofAws, own] = [true, false].map((isAws) =>
      shown.filter(({ namespace }) => namespace.startsWith('AWS/') === isAws),
    );
    expect(
      own
        ?.map(({ namespace, metric, dimensions }) => metricKey(namespace, metric, dimensions))
        .filter((key) => !emitted.has(key)),
    ).toEqual([]);
    const dimensions = new Set(ofAws?.flatMap(({ dimensions }) => Object.keys(dimensions)));
    expect([...dimensions].sort()).toEqual([
      'ApiId',
      'EventBusName',
      'FunctionName',
      'QueueName',
      'RuleName',
      'TableName',
    ]);
  });
});

/** `[namespace, metric, name, value, ..., options]`; an expression has options alone. */
function metricOf(row: readonly unknown[]) {
  const [namespace, metric, ...pairs] = row.filter((part) => typeof part === 'string');
  if (namespace === undefined || metric === undefined) {
    return [];
  }
  const dimensions = Object.fromEntries(
    pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? '']] : [])),
  );
  return [{ namespace, metric, dimensions }];
}
