/** Every interleaving of two workers over two revisions of one finding. */
import { describe, expect, it } from 'vitest';
import { exploreTwoRevisions } from './two-revisions.ts';
import { TWO_REVISIONS } from './two-revisions-scenarios.ts';

describe('no older revision comes after a newer one, and nothing is lost, with', () => {
  it.each(TWO_REVISIONS)('$name', async ({ scenario, floor }) => {
    const { states } = await exploreTwoRevisions(scenario);
    expect(states).toBeGreaterThanOrEqual(floor);
  });
});
