/** Every interleaving of two workers over two revisions of one finding. */
import { describe, expect, it } from 'vitest';
import { IS_THOROUGH } from '../thorough.ts';
import { exploreTwoRevisions } from './two-revisions.ts';
import { TWO_REVISIONS } from './two-revisions-scenarios.ts';

/** Of both events, one with a crash. */
const QUICK = ['an update', 'a resolution, and a crash'];

const tried = TWO_REVISIONS.filter(({ name }) => IS_THOROUGH || QUICK.includes(name));

describe('no older revision comes after a newer one, and nothing is lost, with', () => {
  it.each(tried)('$name', async ({ scenario, floor }) => {
    const { states } = await exploreTwoRevisions(scenario);
    expect(states).toBeGreaterThanOrEqual(floor);
  });
});
