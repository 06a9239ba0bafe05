import { describe, expect, it } from 'vitest';
import { partsOf } from '../../bench/send/bundle-parts.ts';
import { aboveCeiling, MOST_TIMES_BARE } from '../../bench/send/ceilings.ts';
import { ratioOf, spreadOf } from '../../bench/send/ratios.ts';
import { aScenario } from './results.ts';

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
