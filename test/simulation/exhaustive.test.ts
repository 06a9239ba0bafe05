/**
 * Every interleaving of two workers of the real `send` handler over one delivery: all crash points, all answers of the
 * receiver, duplicates, people and the reconciler in between. Each state is visited once; `explore` fails on the first
 * that breaks an invariant and says how it was reached.
 */
import { describe, expect, it } from 'vitest';
import { IS_THOROUGH } from '../thorough.ts';
import { explore } from './explore.ts';
import { SCENARIOS } from './scenarios.ts';

/** Each kind of fault, person and pace is in a smaller one, too. */
const LARGE_STATES = 30_000;
const TRIED = SCENARIOS.filter(({ floor }) => IS_THOROUGH || floor < LARGE_STATES);

describe('nothing is lost, and nothing is sent more often than it must be, with', () => {
  it.each(TRIED)('$name', async ({ scenario, floor }) => {
    const { states } = await explore(scenario);
    expect(states).toBeGreaterThanOrEqual(floor);
  });
});

describe('the exploration', () => {
  it('notices a delivery that no worker continues: a retry by hand whose message is lost, without a reconciler', async () => {
    const rules = { attemptLimit: 1, retryBaseSeconds: 0, replies: [500] };
    const lost = explore({ rules, budget: { handRetries: 1, crashes: 1 } });
    await expect(lost).rejects.toThrow('lost: pending with nothing under way');
  });
});
