import { describe, expect, it } from 'vitest';
import { performancePage } from '../../bench/performance-page.ts';
import { partsOf } from '../../bench/send/bundle-parts.ts';
import { aboveCeiling, MOST_TIMES_BARE } from '../../bench/send/ceilings.ts';
import { ratioOf, spreadOf } from '../../bench/send/ratios.ts';
import type { ScenarioResult, SendResults } from '../../bench/send/results.ts';

describe('a spread', () => {
  it('is the median with the least and the most', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
  });
});

describe('a ratio', () => {
  it('is taken round by round, not of the medians', () => {
    expect(ratioOf([10, 40, 90], [10, 20, 30])).toEqual({ median: 2, least: 1, most: 3 });
  });

  it.each([
    [[], []],
    [[1, 2], [1]],
  ])('of %j to %j is refused: each round has both sides', (over, under) => {
    expect(() => ratioOf(over, under)).toThrow('rounds cannot be compared');
  });
});

describe('the parts of a bundle', () => {
  it('are packages by name and our own code by room, the largest first', () => {
    const inputs = {
      'node_modules/zod/v4/core.js': { bytesInOutput: 40 },
      'node_modules/@aws-sdk/core/node_modules/zod/index.js': { bytesInOutput: 5 },
      'node_modules/@smithy/core/dist-es/index.js': { bytesInOutput: 100 },
      'shared/http/a.ts': { bytesInOutput: 10 },
      'shared/http/b.ts': { bytesInOutput: 20 },
      'shared/destinations/slack/slack.ts': { bytesInOutput: 7 },
      'functions/send/index.ts': { bytesInOutput: 3 },
    };
    expect(partsOf(inputs)).toEqual([
      { name: '@smithy/core', bytes: 100 },
      { name: 'zod', bytes: 45 },
      { name: 'shared/http', bytes: 30 },
      { name: 'shared/destinations', bytes: 7 },
      { name: 'functions/send', bytes: 3 },
    ]);
  });

  it('leave out what esbuild dropped', () => {
    expect(partsOf({ 'shared/http/a.ts': { bytesInOutput: 0 } })).toEqual([]);
  });
});

function aScenario(batchSize: ScenarioResult['batchSize'], timesBare: number): ScenarioResult {
  const same = (value: number) => spreadOf([value]);
  return {
    batchSize,
    hosts: 1,
    millis: { bare: same(0.1), send: same(timesBare / 10), obvious: same(2) },
    timesBare: { send: same(timesBare), obvious: same(20) },
    timesAgainst: same(0.75),
  };
}

describe('the ceiling of a ratio', () => {
  it.each([10, 1] as const)('in batches of %i is kept by what reaches it, and broken by what is above', (batchSize) => {
    const most = MOST_TIMES_BARE[batchSize];
    expect(aboveCeiling([aScenario(batchSize, most)])).toEqual([]);
    expect(aboveCeiling([aScenario(batchSize, most + 1)])).toHaveLength(1);
  });

  it('is broken by a scenario without a figure', () => {
    expect(aboveCeiling([{ ...aScenario(10, 1), timesBare: {} }])).toHaveLength(1);
  });
});

describe('the page', () => {
  const results: SendResults = {
    takenAt: '2026-11-30T21:00:00.000Z',
    rounds: 3,
    deliveriesPerRound: 300,
    machine: { processor: 'A Processor', processors: 2, memoryGib: 8, node: 'v24.0.0', load: 0.5 },
    scenarios: [aScenario(10, 6)],
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

  it('has a row for each scenario and bundle, and what was not measured', () => {
    const page = performancePage(results);
    expect(page).toContain(
      '| 10 | 1 | 0.10 (0.10–0.10) | 0.60 (0.60–0.60) | 2.00 (2.00–2.00) | 6.0 (6.0–6.0) | 20.0 (20.0–20.0) |',
    );
    expect(page).toContain('| send | 640 | 90 (80–100) | `zod` 100 |');
    expect(page).toContain('No hop to AWS');
    expect(page).not.toContain('Beside');
  });

  it('compares with another commit where one was measured', () => {
    const page = performancePage({ ...results, against: '6493d20' });
    expect(page).toContain('| size of send | 0.63 |');
    expect(page).toContain('| load of send | 0.70 (0.70–0.70) |');
  });
});
