/** Every interleaving of two workers over two revisions of one finding. */
import { describe, expect, it } from 'vitest';
import { exploreTwoRevisions, type TwoRevisions } from './two-revisions.ts';

/** With the states when it was last measured, rounded down: a smaller exploration must not go unnoticed. */
interface Named extends TwoRevisions {
  readonly name: string;
  readonly floor: number;
}

const both = { attemptLimit: 1, replies: [200, 500] };
const once = { attemptLimit: 1, replies: [200] };

const SCENARIOS: readonly Named[] = [
  { name: 'an update', later: 'updated', ...both, floor: 65_000 },
  { name: 'a resolution', later: 'resolved', ...both, floor: 65_000 },
  { name: 'an update, and a crash', later: 'updated', ...once, crashes: 1, floor: 82_000 },
  { name: 'a resolution, and a crash', later: 'resolved', ...once, crashes: 1, floor: 82_000 },
];

/** Too large for every run: `npm run proof` sets the variable. */
const LARGE: readonly Named[] = [
  { name: 'an update, and retries', later: 'updated', attemptLimit: 2, replies: [500], floor: 490_000 },
  { name: 'an update, and a duplicate receive', later: 'updated', ...once, duplicates: 1, floor: 308_000 },
  { name: 'a resolution, and a fault', later: 'resolved', ...once, faults: 1, floor: 260_000 },
];

describe('no older revision comes after a newer one, and nothing is lost, with', () => {
  it.each(process.env['RACES'] === undefined ? SCENARIOS : [...SCENARIOS, ...LARGE])('$name', async (named) => {
    const { name: _name, floor, ...scenario } = named;
    const { states } = await exploreTwoRevisions(scenario);
    expect(states).toBeGreaterThanOrEqual(floor);
  });
});
