/**
 * Which budgets are explored, and how many distinct states each has at least: a change that makes the exploration
 * smaller must not go unnoticed.
 */
import type { Scenario } from './explore.ts';

export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
  /** The distinct states when it was last measured, rounded down. */
  readonly floor: number;
}

const cycle = { attemptLimit: 4, retryBaseSeconds: 0, replies: [200, 500] };
/** Smaller where re-opening adds whole retry cycles of four. */
const short = { ...cycle, attemptLimit: 2 };
/** A webhook of a pace: waits multiply the times at which its messages come. */
const turns = { ...short, isPaced: true };

/**
 * Part of `npm run test:thorough`, and the smaller ones of `npm test`: where the whole of a budget takes seconds, a smaller
 * one. `npm run proof` has all.
 */
export const SCENARIOS: readonly NamedScenario[] = [
  { name: 'nothing goes wrong', scenario: { rules: cycle, budget: {} }, floor: 180 },
  { name: 'one crash', scenario: { rules: cycle, budget: { crashes: 1 } }, floor: 6_900 },
  { name: 'one duplicate receive', scenario: { rules: cycle, budget: { duplicates: 1 } }, floor: 19_900 },
  { name: 'one fault or lost response', scenario: { rules: cycle, budget: { faults: 1 } }, floor: 42_800 },
  {
    name: 'a crash and a duplicate receive, in two attempts',
    scenario: { rules: short, budget: { crashes: 1, duplicates: 1 } },
    floor: 19_100,
  },
  { name: 'two crashes, in two attempts', scenario: { rules: short, budget: { crashes: 2 } }, floor: 9_300 },
  {
    name: 'a crash and a fault, in two attempts',
    scenario: { rules: short, budget: { crashes: 1, faults: 1 } },
    floor: 39_000,
  },
  {
    name: 'a receiver that may be gone, and a crash',
    scenario: { rules: { ...short, replies: [200, 500, 410] }, budget: { crashes: 1 } },
    floor: 1_100,
  },
  {
    name: 'a duplicate event and a crash',
    scenario: { rules: short, budget: { crashes: 1 }, messages: 2 },
    floor: 19_700,
  },
  {
    name: 'a duplicate event and a duplicate receive',
    scenario: { rules: short, budget: { duplicates: 1 }, messages: 2 },
    floor: 11_900,
  },
  {
    name: 'retries that wait, and a crash',
    scenario: { rules: { ...cycle, attemptLimit: 2, retryBaseSeconds: 10 }, budget: { crashes: 1 } },
    floor: 780,
  },
  {
    name: 'refusals that queue up, and a crash',
    scenario: { rules: { attemptLimit: 3, retryBaseSeconds: 10, replies: [200, 429] }, budget: { crashes: 1 } },
    floor: 14_600,
  },
  {
    name: 'refusals that queue up, and a fault or lost response',
    scenario: { rules: { attemptLimit: 2, retryBaseSeconds: 10, replies: [200, 429] }, budget: { faults: 1 } },
    floor: 9_500,
  },
  {
    name: 'a redrive and a crash',
    scenario: { rules: short, budget: { redrives: 1, crashes: 1 } },
    floor: 27_700,
  },
  {
    name: 'a retry by hand and a crash',
    scenario: { rules: short, budget: { handRetries: 1, crashes: 1 }, isReconciled: true },
    floor: 58_000,
  },
  {
    name: 'a retry by hand and a redrive at once',
    scenario: { rules: short, budget: { handRetries: 1, redrives: 1 } },
    floor: 39_000,
  },
  {
    name: 'a webhook disabled and resumed, a retry by hand',
    scenario: { rules: short, budget: { toggles: 2, handRetries: 1 }, isReconciled: true },
    floor: 3_200,
  },
  {
    name: 'a webhook that becomes slow and quick again',
    scenario: { rules: cycle, budget: { paces: 2 } },
    floor: 2_100,
  },
  {
    name: 'a webhook that becomes slow and quick again, and a crash',
    scenario: { rules: short, budget: { paces: 2, crashes: 1 } },
    floor: 19_700,
  },
  {
    name: 'a webhook that becomes slow, and two crashes, in one attempt',
    scenario: { rules: { ...short, attemptLimit: 1 }, budget: { paces: 1, crashes: 2 } },
    floor: 5_200,
  },
  {
    name: 'a webhook that becomes slow, a duplicate event and a crash, in one attempt',
    scenario: { rules: { ...short, attemptLimit: 1 }, budget: { paces: 1, crashes: 1 }, messages: 2 },
    floor: 10_800,
  },
  {
    name: 'a webhook that becomes slow, and a fault or lost response',
    scenario: { rules: short, budget: { paces: 1, faults: 1 } },
    floor: 14_400,
  },
  {
    name: 'a webhook that becomes slow, and a duplicate receive',
    scenario: { rules: short, budget: { paces: 1, duplicates: 1 } },
    floor: 13_500,
  },
  {
    name: 'a webhook that becomes slow and is disabled, and a retry by hand',
    scenario: { rules: short, budget: { paces: 1, toggles: 2, handRetries: 1 }, isReconciled: true },
    floor: 16_700,
  },
  { name: 'turns, two waits', scenario: { rules: { ...cycle, isPaced: true }, budget: { waits: 2 } }, floor: 15_200 },
  { name: 'turns, a wait and a crash', scenario: { rules: turns, budget: { waits: 1, crashes: 1 } }, floor: 61_100 },
  {
    name: 'turns, a wait and two crashes',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 1, crashes: 2 } },
    floor: 36_800,
  },
  {
    name: 'turns, a wait and a fault or lost response',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 1, faults: 1 } },
    floor: 5_600,
  },
  {
    name: 'turns, a wait and a duplicate receive',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 1, duplicates: 1 } },
    floor: 6_300,
  },
  {
    name: 'turns, a wait and a duplicate event',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 1 }, messages: 2 },
    floor: 8_500,
  },
  {
    name: 'turns, refusals and a crash',
    scenario: { rules: { ...turns, replies: [200, 429], retryBaseSeconds: 10 }, budget: { crashes: 1 } },
    floor: 2_900,
  },
  {
    name: 'turns, a webhook that becomes slow, a wait and a crash',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 1, paces: 1, crashes: 1 } },
    floor: 28_900,
  },
  {
    name: 'turns, a wait, a webhook disabled and resumed, a retry by hand',
    scenario: {
      rules: { ...turns, attemptLimit: 1 },
      budget: { waits: 1, toggles: 2, handRetries: 1 },
      isReconciled: true,
    },
    floor: 50_700,
  },
  {
    name: 'turns, a wait and a redrive',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 1, redrives: 1 } },
    floor: 11_500,
  },
  {
    name: 'turns, a wait, the reconciler and a crash',
    scenario: {
      rules: { ...turns, attemptLimit: 1 },
      budget: { waits: 1, reconciles: 1, crashes: 1 },
      isReconciled: true,
    },
    floor: 55_400,
  },
  {
    name: 'the reconciler twice and a crash',
    scenario: { rules: short, budget: { reconciles: 2, crashes: 1 }, isReconciled: true },
    floor: 57_000,
  },
  {
    name: 'the reconciler and a duplicate receive',
    scenario: { rules: short, budget: { reconciles: 1, duplicates: 1 }, isReconciled: true },
    floor: 11_600,
  },
];

/** Too large for every run: part of `npm run proof`. */
export const LARGE_SCENARIOS: readonly NamedScenario[] = [
  {
    name: 'a crash and a duplicate receive',
    scenario: { rules: cycle, budget: { crashes: 1, duplicates: 1 } },
    floor: 283_000,
  },
  { name: 'two crashes', scenario: { rules: cycle, budget: { crashes: 2 } }, floor: 119_000 },
  {
    name: 'a webhook that becomes slow, and two crashes',
    scenario: { rules: short, budget: { paces: 1, crashes: 2 } },
    floor: 89_000,
  },
  {
    name: 'a webhook that becomes slow, a duplicate event and a crash',
    scenario: { rules: short, budget: { paces: 1, crashes: 1 }, messages: 2 },
    floor: 146_000,
  },
  {
    name: 'turns, two waits and a crash',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 2, crashes: 1 } },
    floor: 80_100,
  },
  {
    name: 'turns, refusals, a wait and a crash',
    scenario: { rules: { ...turns, replies: [200, 429], retryBaseSeconds: 10 }, budget: { waits: 1, crashes: 1 } },
    floor: 426_000,
  },
  {
    name: 'turns, two waits and a crash, in two attempts',
    scenario: { rules: turns, budget: { waits: 2, crashes: 1 } },
    floor: 965_000,
  },
  {
    name: 'turns, a wait, a duplicate event and a crash',
    scenario: { rules: { ...turns, attemptLimit: 1 }, budget: { waits: 1, crashes: 1 }, messages: 2 },
    floor: 100_000,
  },
  { name: 'a crash and a fault', scenario: { rules: cycle, budget: { crashes: 1, faults: 1 } }, floor: 4_100_000 },
  {
    name: 'a webhook that becomes slow and quick again, a crash and a duplicate receive',
    scenario: { rules: short, budget: { paces: 2, crashes: 1, duplicates: 1 } },
    floor: 450_000,
  },
  {
    name: 'two crashes and a duplicate receive',
    scenario: { rules: cycle, budget: { crashes: 2, duplicates: 1 } },
    floor: 1_800_000,
  },
  {
    name: 'a retry by hand, the reconciler and a crash',
    scenario: { rules: short, budget: { handRetries: 1, reconciles: 1, crashes: 1 }, isReconciled: true },
    floor: 1_300_000,
  },
  {
    name: 'a retry by hand, a redrive and a crash',
    scenario: { rules: short, budget: { handRetries: 1, redrives: 1, crashes: 1 }, isReconciled: true },
    floor: 1_100_000,
  },
  {
    name: 'a retry by hand, a redrive and a duplicate receive',
    scenario: { rules: short, budget: { handRetries: 1, redrives: 1, duplicates: 1 }, isReconciled: true },
    floor: 2_900_000,
  },
  {
    name: 'the reconciler, a redrive and a crash',
    scenario: { rules: short, budget: { reconciles: 1, redrives: 1, crashes: 1 }, isReconciled: true },
    floor: 670_000,
  },
  {
    name: 'a webhook disabled and resumed, a retry by hand and a crash',
    scenario: { rules: short, budget: { toggles: 2, handRetries: 1, crashes: 1 }, isReconciled: true },
    floor: 310_000,
  },
];
