/** Which budgets are explored with two revisions of a finding, and how many distinct states each has at least. */
import type { TwoRevisions } from './two-revisions.ts';

export interface NamedTwoRevisions {
  readonly name: string;
  readonly scenario: TwoRevisions;
  /** The distinct states when it was last measured, rounded down: a smaller exploration must not go unnoticed. */
  readonly floor: number;
}

const once = { attemptLimit: 1 };
/** Either may fail, or both. */
const both = { ...once, failures: 2 };

/** Part of `npm test`; `npm run proof` has both. */
export const TWO_REVISIONS: readonly NamedTwoRevisions[] = [
  { name: 'an update', scenario: { later: 'updated', ...both }, floor: 65_000 },
  { name: 'a resolution', scenario: { later: 'resolved', ...both }, floor: 65_000 },
  { name: 'an update, and a crash', scenario: { later: 'updated', ...once, crashes: 1 }, floor: 82_000 },
  { name: 'a resolution, and a crash', scenario: { later: 'resolved', ...once, crashes: 1 }, floor: 82_000 },
];

/** Too large for every run. */
export const LARGE_TWO_REVISIONS: readonly NamedTwoRevisions[] = [
  { name: 'an update, and retries', scenario: { later: 'updated', attemptLimit: 2, failures: 4 }, floor: 490_000 },
  {
    name: 'an update, and a duplicate receive',
    scenario: { later: 'updated', ...once, duplicates: 1 },
    floor: 308_000,
  },
  { name: 'a resolution, and a fault', scenario: { later: 'resolved', ...once, faults: 1 }, floor: 260_000 },
  {
    name: 'an update, and a redrive',
    scenario: { later: 'updated', ...once, failures: 1, redrives: 1 },
    floor: 292_000,
  },
  {
    name: 'a resolution, a webhook disabled and resumed, a retry by hand',
    scenario: { later: 'resolved', ...once, toggles: 2, handRetries: 1, isReconciled: true },
    floor: 395_000,
  },
  {
    name: 'an update, and the reconciler',
    scenario: { later: 'updated', ...once, failures: 1, reconciles: 1, isReconciled: true },
    floor: 131_000,
  },
];

export const CANDIDATES: readonly NamedTwoRevisions[] = [
  { name: 'c wait', scenario: { later: 'updated', ...once, isPaced: true, waits: 1 }, floor: 0 },
  {
    name: 'd failed rec redrive',
    scenario: { later: 'updated', ...once, begins: 'failed', reconciles: 1, redrives: 1, isReconciled: true },
    floor: 0,
  },
  {
    name: 'd failed redrive wait',
    scenario: {
      later: 'updated',
      ...once,
      begins: 'failed',
      reconciles: 1,
      redrives: 1,
      isPaced: true,
      waits: 1,
      isReconciled: true,
    },
    floor: 0,
  },
  {
    name: 'd failed redrive hold',
    scenario: {
      later: 'resolved',
      ...once,
      begins: 'failed',
      reconciles: 1,
      redrives: 1,
      toggles: 2,
      handRetries: 1,
      isReconciled: true,
    },
    floor: 0,
  },
  {
    name: 'd held retry',
    scenario: { later: 'resolved', ...once, begins: 'held', toggles: 2, handRetries: 2, isReconciled: true },
    floor: 0,
  },
  {
    name: 'd held retry rec crash',
    scenario: {
      later: 'resolved',
      ...once,
      begins: 'held',
      handRetries: 1,
      reconciles: 1,
      crashes: 1,
      isReconciled: true,
    },
    floor: 0,
  },
  {
    name: 'd held retry wait',
    scenario: {
      later: 'resolved',
      ...once,
      begins: 'held',
      handRetries: 1,
      isPaced: true,
      waits: 2,
      isReconciled: true,
    },
    floor: 0,
  },
];
