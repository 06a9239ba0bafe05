/** What happens to a finding over time: the events that publishers put on the bus, and the number by which they are ordered. */

export const LATER_EVENTS = ['updated', 'resolved', 'reopened'] as const;

export const FINDING_EVENTS = ['detected', ...LATER_EVENTS] as const;

export type FindingEventName = (typeof FINDING_EVENTS)[number];

/** What a delivery reports of its finding. */
export interface Lifecycle {
  readonly event: FindingEventName;
  /** Grows with each event of the finding: a receiver keeps the greatest that it has seen. */
  readonly revision: number;
}

/** The first event, as a publisher without revisions means it. */
export const FIRST_DETECTION: Lifecycle = { event: 'detected', revision: 1 };

/** As rows and messages have it: absent is what every delivery was before there were revisions. */
export interface LifecycleFields {
  readonly event?: (typeof LATER_EVENTS)[number];
  readonly revision?: number;
}

export function lifecycleOf({ event, revision }: LifecycleFields): Lifecycle {
  return { event: event ?? FIRST_DETECTION.event, revision: revision ?? FIRST_DETECTION.revision };
}

/** Without what is absent by default, so that a first detection costs no byte. */
export function lifecycleFields({ event, revision }: Lifecycle): LifecycleFields {
  return {
    ...(event !== 'detected' && { event }),
    ...(revision !== FIRST_DETECTION.revision && { revision }),
  };
}

/** `Resolved: `, before the headline of a message to people; a detection needs no word. */
export function eventPrefix(lifecycle: Lifecycle | undefined): string {
  const { event = 'detected' } = lifecycle ?? {};
  return event === 'detected' ? '' : `${EVENT_WORDS[event]}: `;
}

export const EVENT_WORDS: Readonly<Record<FindingEventName, string>> = {
  detected: 'Detected',
  updated: 'Updated',
  resolved: 'Resolved',
  reopened: 'Reopened',
};
