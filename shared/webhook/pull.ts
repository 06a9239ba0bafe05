/**
 * A webhook whose events are kept for its receiver to read: what was due to it is listed, so that a receiver that was down can
 * catch up, and one that cannot be reached from outside gets anything at all. How they are listed is not known here.
 */

export interface Pull {
  /** What was published from this instant on is listed, epoch milliseconds. */
  readonly since: number;
  /** Nothing is sent: the receiver reads all of it. */
  readonly only: boolean;
  /** Of each period that begins at this instant or later a manifest is sent, epoch milliseconds. Absent: none is. */
  readonly manifestsSince?: number;
}

/** What a person chooses. */
export interface PullChoice extends Pick<Pull, 'only'> {
  /** Whether the manifest of each hour is sent. */
  readonly manifests?: boolean;
}

/**
 * `dispatch` looks a webhook up once for a batch: a batch that began before the choice may list nothing until it ends, which
 * takes as long as an invocation at most.
 */
export const PULL_BEGINS_AFTER_MILLIS = 60_000;

/** `before`: as it was. Another choice does not begin it again. */
export function changedPull(before: Pull | undefined, choice: PullChoice, nowMillis: number): Pull {
  return chosenPull(choice, before?.since ?? nowMillis + PULL_BEGINS_AFTER_MILLIS, before?.manifestsSince ?? nowMillis);
}

/** Of a webhook that is new: nothing was due to it before. */
export function newPull(choice: PullChoice, nowMillis: number): Pull {
  return chosenPull(choice, nowMillis, nowMillis);
}

/** Of what was published before the list began no manifest could be whole. */
function chosenPull({ only, manifests = false }: PullChoice, since: number, manifestsSince: number): Pull {
  return { since, only, ...(manifests && { manifestsSince: Math.max(since, manifestsSince) }) };
}

/** Whether the change from the one to the other begins manifests. */
export function beginsManifests(before: Pull | undefined, after: Pull | undefined): boolean {
  return before?.manifestsSince === undefined && after?.manifestsSince !== undefined;
}
