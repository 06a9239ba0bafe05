import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS_OF } from '../../../shared/topology/metrics.ts';

/** Where a function's own code is, and the code that decides what it counts. */
const COUNTING = (service: string) => [`functions/${service}/**/*.ts`, 'shared/{attempt,delivery}/*.ts'];

describe('the metrics that alarms read', () => {
  it.each(Object.entries(METRICS_OF))(
    'are all counted by %s; that it counts no others, the compiler sees',
    (service, metrics) => {
      const sources = globSync(COUNTING(service)).map((path) => readFileSync(path, 'utf8'));
      expect(metrics.filter((metric) => !sources.some((source) => source.includes(`'${metric}'`)))).toEqual([]);
    },
  );
});
