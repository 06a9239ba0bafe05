/** What becomes of a finding in a run: its later events, which need not come in their order, nor once, nor soon. */
import type { FindingEventName, Lifecycle } from '../../../shared/finding/lifecycle.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from '../../../shared/finding/severity.ts';
import type { Random } from './random.ts';

export interface LaterEvent {
  readonly lifecycle: Lifecycle;
  readonly level: SeverityLevel;
  /** After the detection; below 0 it overtakes it. */
  readonly afterMillis: number;
}

/** What may follow an event. */
const NEXT: Readonly<Record<FindingEventName, readonly [FindingEventName, ...FindingEventName[]]>> = {
  detected: ['updated', 'resolved', 'resolved'],
  updated: ['updated', 'resolved', 'resolved'],
  resolved: ['reopened'],
  reopened: ['updated', 'resolved'],
};

const GAPS_MILLIS = [10, 3_000, 20_000, 60_000, 240_000] as const;

/** `first` is the detection's revision. */
export function lifeAfterDetection(random: Random, first: number): readonly LaterEvent[] {
  const events: LaterEvent[] = [];
  let event: FindingEventName = 'detected';
  let revision = first;
  let at = 0;
  const count = random.chance(0.4) ? 0 : random.between(1, 4);
  for (let number = 0; number < count; number += 1) {
    event = random.pick(NEXT[event]);
    revision += random.pick([1, 1, 7]);
    at += random.pick(GAPS_MILLIS);
    // Late, or before what it follows.
    const strays = random.chance(0.25) ? random.pick([-120_000, -20_000, 60_000, 600_000]) : 0;
    events.push({ lifecycle: { event, revision }, level: random.pick(SEVERITY_LEVELS), afterMillis: at + strays });
  }
  return events;
}
