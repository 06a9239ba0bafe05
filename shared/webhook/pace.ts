/** How fast deliveries may go to a webhook. How they take turns so that they do is `turns.ts`. */

/** One delivery each `paceMillis` on the average, and at most `burst` at one moment. */
export interface Pace {
  readonly paceMillis: number;
  /** 1 unless the vendor promises more. A daily budget is a burst of a day's deliveries that the interval refills. */
  readonly burst: number;
}

/** A tenant's own choice for one webhook. */
export interface ChosenPace {
  readonly perMinute: number;
}

/** What the sender keeps on a webhook of a pace. Instants in epoch milliseconds. No change here touches `revision`. */
export interface Turns {
  /** The next free turn. Absent: no turn was taken yet. */
  readonly nextTurnAt?: number;
  /** The interval that the latest refusal has stretched. */
  readonly paceMillis?: number;
  /** Until when that refusal asks to wait. It names the line: turns that were taken under another are void. */
  readonly throttledUntil?: number;
}

const MINUTE_MILLIS = 60_000;

/** The tenant's choice, else what the vendor publishes (`Format.pace`); undefined without any limit. */
export function paceOf(
  { pace: chosen }: { readonly pace?: ChosenPace },
  format: { readonly pace?: Pace } | undefined,
): Pace | undefined {
  return chosen === undefined ? format?.pace : { paceMillis: Math.ceil(MINUTE_MILLIS / chosen.perMinute), burst: 1 };
}
