import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS_OF } from '../../../shared/topology/metrics.ts';

/** The metric names in every `telemetry.count(…)` of a function's folder. */
function countedIn(service: string): string[] {
  const sources = globSync(`functions/${service}/**/*.ts`).map((path) => readFileSync(path, 'utf8'));
  const calls = sources.flatMap((source) => [...source.matchAll(/\.count\(([^;]+)\);/g)]);
  const names = calls.flatMap(([, argument = '']) => [...argument.matchAll(/'([a-z]+\.[a-z-]+)'/g)]);
  return [...new Set(names.map(([, name = '']) => name))];
}

describe('the metrics that alarms read', () => {
  it.each(Object.entries(METRICS_OF))('are for %s exactly those that it counts', (service, metrics) => {
    expect(countedIn(service).sort()).toEqual([...metrics].sort());
  });

  it('belong to every function that counts anything', () => {
    const services = new Set(globSync('functions/*/*.ts').map((path) => path.split('/')[1] ?? ''));
    expect([...services].filter((service) => countedIn(service).length > 0).sort()).toEqual(
      Object.keys(METRICS_OF).sort(),
    );
  });
});
