/**
 * Whether a function's process is started again after it ended, and how soon. It decides from how the process ended
 * alone; it knows no process.
 */

export interface ProcessEnd {
  /** How long it could be invoked; undefined if it ended before it was ready. */
  readonly readyForMillis?: number;
  /** Null if it ended by itself. */
  readonly exitSignal: string | null;
}

export type Restart = { readonly kind: 'restart'; readonly delayMillis: number } | { readonly kind: 'give-up' };

/** Called once for each end, in order. */
export type RestartPolicy = (end: ProcessEnd) => Restart;

/** A process that ends by itself sooner than this did not get to work. */
const QUICK_MILLIS = 1_000;

/** In a row. With the delays between them they take three seconds, plus five starts. */
export const QUICK_ENDS_ALLOWED = 5;

/** 0.2, 0.4, 0.8 and 1.6 s after quick ends 1, 2, 3 and 4. */
const FIRST_DELAY_MILLIS = 200;

export function createRestartPolicy(): RestartPolicy {
  let quickEnds = 0;
  return (end) => {
    quickEnds = isQuick(end) ? quickEnds + 1 : 0;
    if (quickEnds === 0) {
      return { kind: 'restart', delayMillis: 0 };
    }
    return quickEnds < QUICK_ENDS_ALLOWED
      ? { kind: 'restart', delayMillis: FIRST_DELAY_MILLIS * 2 ** (quickEnds - 1) }
      : { kind: 'give-up' };
  };
}

/** A signal to a process that is ready comes from outside and says nothing about the function. */
function isQuick({ readyForMillis, exitSignal }: ProcessEnd): boolean {
  return readyForMillis === undefined || (exitSignal === null && readyForMillis < QUICK_MILLIS);
}
