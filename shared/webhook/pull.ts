/**
 * A webhook whose events are kept for its receiver to read: what was due to it is listed, so that a receiver that was down can
 * catch up, and one that cannot be reached from outside gets anything at all. How they are listed is not known here.
 */

export interface Pull {
  /** What was published from this instant on is listed, epoch milliseconds. */
  readonly since: number;
  /** Nothing is sent: the receiver reads all of it. */
  readonly only: boolean;
}

/** What a person chooses. */
export type PullChoice = Pick<Pull, 'only'>;

/**
 * `dispatch` looks a webhook up once for a batch: a batch that began before the choice may list nothing until it ends, which
 * takes as long as an invocation at most.
 */
export const PULL_BEGINS_AFTER_MILLIS = 60_000;

/** `before`: as it was. Another choice does not begin it again. */
export function changedPull(before: Pull | undefined, choice: PullChoice, nowMillis: number): Pull {
  return { since: before?.since ?? nowMillis + PULL_BEGINS_AFTER_MILLIS, ...choice };
}
