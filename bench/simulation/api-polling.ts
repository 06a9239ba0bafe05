/** Requests of all tenants before the stage's throttle, a bucket of tokens as API Gateway keeps it. */
import { seededRandom } from '../../local/load/seeded-random.ts';

export interface Throttling {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** What all other tenants ask for together. */
export const OTHERS_PER_SECOND = 20;
const SECONDS = 120;

/** What share of the others' requests is refused while one tenant polls so often, 0 to 1. */
export function refusedBeside(pollsPerSecond: number, { ratePerSecond, burst }: Throttling, seed: number): number {
  const random = seededRandom(seed);
  const perSecond = pollsPerSecond + OTHERS_PER_SECOND;
  let tokens = burst;
  let [asked, refused] = [0, 0];
  for (let now = 0; now < SECONDS; ) {
    // Requests without memory: the time between two is exponential.
    const passed = -Math.log(1 - random()) / perSecond;
    now += passed;
    tokens = Math.min(burst, tokens + passed * ratePerSecond);
    const isOthers = random() < OTHERS_PER_SECOND / perSecond;
    const isRefused = tokens < 1;
    tokens -= isRefused ? 0 : 1;
    asked += isOthers ? 1 : 0;
    refused += isOthers && isRefused ? 1 : 0;
  }
  return refused / asked;
}
