/** Results of a run, with figures that are easy to follow. */
import type { BenchResults, MemoryResult } from '../../bench/results.ts';
import { spreadOf } from '../../bench/send/ratios.ts';
import type { ScenarioResult, SendResults } from '../../bench/send/results.ts';

const same = (value: number) => spreadOf([value]);

export function aScenario(batchSize: ScenarioResult['batchSize'], timesBare: number): ScenarioResult {
  return {
    batchSize,
    hosts: 1,
    deliveries: 300,
    millis: { bare: same(0.1), send: same(timesBare / 10), obvious: same(2) },
    timesBare: { send: same(timesBare), obvious: same(20) },
    timesAgainst: same(0.75),
  };
}

export function aMemoryResult(overrides: Partial<MemoryResult> = {}): MemoryResult {
  return {
    process: 'send',
    under: 'errors of 64 KB',
    idleMib: same(70),
    peakMib: same(140),
    timesIdle: same(2),
    heapTimesIdle: same(3.5),
    timesBare: same(1.25),
    ...overrides,
  };
}

const send: SendResults = {
  rounds: 3,
  scenarios: [aScenario(10, 6), { ...aScenario(1, 8), perSecond: 50 }],
  bundles: [
    { name: 'empty', bytes: 512, parts: [] },
    {
      name: 'send',
      bytes: 640 * 1024,
      parts: [{ name: 'zod', bytes: 100 * 1024 }],
      loadMillis: spreadOf([80, 90, 100]),
      against: { bytes: 1024 * 1024, timesBytes: 0.625, timesLoad: spreadOf([0.7]) },
    },
  ],
};

export function benchResults(overrides: Partial<BenchResults> = {}): BenchResults {
  return {
    takenAt: '2026-11-30T21:00:00.000Z',
    machine: { processor: 'A Processor', processors: 2, memoryGib: 8, node: 'v24.0.0', load: 0.5 },
    send,
    latency: [
      {
        perSecond: 200,
        rounds: 3,
        millis: { here: { p50: spreadOf([20, 25, 30]), p95: same(60), p99: same(90) } },
        timesAgainst: same(0.4),
      },
    ],
    memory: [aMemoryResult({ process: 'bare' }), aMemoryResult()],
    throughput: {
      together: { perSecond: same(300), supervisorMillis: same(2) },
      apart: { perSecond: same(600), supervisorMillis: same(0.5) },
      timesTogether: same(2),
      against: { herePerSecond: same(700), therePerSecond: same(350), timesAgainst: same(2) },
    },
    ...overrides,
  };
}
