/** What the deployed functions write: their metrics as CloudWatch extracts them, and the fields of their log lines. */
import { spawnSync } from 'node:child_process';
import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { environmentOf } from './synthesise.ts';

/** The embedded metric format (CloudWatch user guide, "Embedded metric format specification"). */
const documentSchema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

const lineSchema = z.looseObject({ message: z.string(), service: z.string() });

export interface Emitted {
  /** `namespace / metric / dimension=value` of each. */
  readonly metrics: ReadonlySet<string>;
  readonly lines: readonly z.output<typeof lineSchema>[];
}

/** With the environment that the template gives the function. */
export function emittedBy(template: Template, stageName: string, name: string): Emitted {
  const { stdout, stderr, status } = spawnSync(process.execPath, [`${import.meta.dirname}/emit-everything.ts`, name], {
    env: {
      // Not of the function: Node compiles less with it.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...environmentOf(template, `thalian-webhooks-${stageName}-${name}`),
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    },
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`${name} could not be led through everything:\n${stderr}`);
  }
  // Lambda logs both.
  const documents: unknown[] = (stdout + stderr)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const metrics = documents.flatMap((document) => metricsIn(document));
  return {
    metrics: new Set(metrics),
    lines: documents.flatMap((document) => lineSchema.safeParse(document).data ?? []),
  };
}

export function metricKey(namespace: string, metric: string, dimensions: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(dimensions).sort(([one], [other]) => one.localeCompare(other));
  return [namespace, metric, ...sorted.map(([name, value]) => `${name}=${value}`)].join(' / ');
}

function metricsIn(document: unknown): string[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) {
    return [];
  }
  const { _aws: directive, ...values } = parsed.data;
  return directive.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) =>
    sets.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(values[name])]));
      return metrics.map(({ Name: metric }) => metricKey(namespace, metric, dimensions));
    }),
  );
}
