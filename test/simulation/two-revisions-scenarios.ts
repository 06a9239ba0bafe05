/** Which budgets are explored with two revisions of a finding, and how many distinct states each has at least. */
import type { TwoRevisions } from './two-revisions-state.ts';

export interface NamedTwoRevisions {
  readonly name: string;
  readonly scenario: TwoRevisions;
  /** The distinct states when it was last measured, rounded down: a smaller exploration must not go unnoticed. */
  readonly floor: number;
}

const once = { attemptLimit: 1 };
/** Either may fail, or both. */
const both = { ...once, failures: 2 };

/** What is returned multiplies the states by the moments at which it may come back. */
const later = { returnsAfterLease: true, isReconciled: true };
const held = { ...once, ...later, begins: 'held' } as const;
const failed = { ...once, ...later, begins: 'failed' } as const;
const waiting = { ...once, ...later, begins: 'waiting', isPaced: true } as const;

/** Part of `npm test`; `npm run proof` has both. */
export const TWO_REVISIONS: readonly NamedTwoRevisions[] = [
  { name: 'an update', scenario: { later: 'updated', ...both }, floor: 65_000 },
  { name: 'a resolution', scenario: { later: 'resolved', ...both }, floor: 65_000 },
  { name: 'an update, and a crash', scenario: { later: 'updated', ...once, crashes: 1 }, floor: 82_000 },
  { name: 'a resolution, and a crash', scenario: { later: 'resolved', ...once, crashes: 1 }, floor: 82_000 },
  {
    name: 'turns, an update, a detection that waits',
    scenario: { later: 'updated', ...waiting, waits: 1 },
    floor: 2_400,
  },
  {
    name: 'turns, a resolution, a held detection retried by hand, a wait',
    scenario: { later: 'resolved', ...held, isPaced: true, waits: 1, handRetries: 1 },
    floor: 2_400,
  },
  {
    name: 'a resolution, a held detection retried by hand, the reconciler and a crash',
    scenario: { later: 'resolved', ...held, handRetries: 1, reconciles: 1, crashes: 1 },
    floor: 38_000,
  },
  {
    name: 'a resolution, a failed detection, a redrive, the reconciler, a webhook disabled and resumed',
    scenario: { later: 'resolved', ...failed, redrives: 1, reconciles: 1, toggles: 2 },
    floor: 1_900,
  },
  {
    name: 'a resolution, a held detection retried by hand, a webhook disabled and resumed',
    scenario: { later: 'resolved', ...held, toggles: 2, handRetries: 1 },
    floor: 940,
  },
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
  {
    name: 'an update, a failed detection, a redrive, the reconciler and a crash',
    scenario: { later: 'updated', ...failed, redrives: 1, reconciles: 1, crashes: 1 },
    floor: 6_300,
  },
  {
    name: 'a resolution, a failed detection, a redrive, a webhook disabled and resumed, a retry by hand and a crash',
    scenario: { later: 'resolved', ...failed, redrives: 1, toggles: 2, handRetries: 1, crashes: 1 },
    floor: 11_000,
  },
  {
    name: 'a resolution, a held detection retried by hand, the reconciler and a duplicate receive',
    scenario: { later: 'resolved', ...held, handRetries: 1, reconciles: 1, duplicates: 1 },
    floor: 14_700,
  },
  {
    name: 'a resolution, a webhook disabled and resumed, retries by hand and the reconciler',
    scenario: { later: 'resolved', ...once, ...later, toggles: 2, handRetries: 2, reconciles: 1 },
    floor: 12_100,
  },
  {
    name: 'an update that fails, the reconciler and a redrive',
    scenario: { later: 'updated', ...both, ...later, redrives: 1, reconciles: 1 },
    floor: 62_000,
  },
  {
    name: 'an update, a failed detection, a redrive and the reconciler',
    scenario: { later: 'updated', ...once, begins: 'failed', reconciles: 1, redrives: 1, isReconciled: true },
    floor: 230_000,
  },
];
