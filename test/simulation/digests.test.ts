/** Every interleaving of two workers over a digest and what goes with it. */
import { describe, expect, it } from 'vitest';
import { type DigestScenario, exploreDigests } from './digests.ts';

/** With the states when it was last measured, rounded down: a smaller exploration must not go unnoticed. */
interface Named extends DigestScenario {
  readonly name: string;
  readonly floor: number;
}

const apart = { of: 'two findings', replies: [200] } as const;
const joined = { of: 'two findings', isJoined: true, replies: [200, 500] } as const;
const accepted = { ...joined, replies: [200] } as const;

const SCENARIOS: readonly Named[] = [
  { name: 'findings that come while it is opened', ...apart, floor: 3_700 },
  { name: 'a crash', ...joined, crashes: 1, floor: 10_200 },
  { name: 'an index that lags, and a crash', ...accepted, lags: 1, crashes: 1, floor: 3_200 },
  { name: 'a redrive', ...joined, redrives: 1, floor: 520 },
];

/** Too large for every run: `npm run proof` sets the variable. */
const LARGE: readonly Named[] = [
  { name: 'a duplicate receive', ...joined, duplicates: 1, floor: 42_000 },
  { name: 'a fault', ...joined, faults: 1, floor: 55_000 },
];

describe('nothing is lost, and every finding is in one message that is delivered, with', () => {
  it.each(process.env['RACES'] === undefined ? SCENARIOS : [...SCENARIOS, ...LARGE])('$name', async (named) => {
    const { name: _name, floor, ...scenario } = named;
    const { states, endings } = await exploreDigests(scenario);
    expect(endings).toBeGreaterThan(0);
    expect(states).toBeGreaterThanOrEqual(floor);
  });
});
