/** When a message that a function leaves on its queue comes back, and how many receives a time takes. */

/** A fault of seconds costs seconds. */
export const FIRST_RETURN_SECONDS = 5;

/** The queues' own visibility timeout, with which a message comes back if its function dies. */
export const LONGEST_RETURN_SECONDS = 180;

/** How long an outage of a dependency is waited out. `MAX_RECEIVES` of the queues is made for it. */
export const PATIENCE_SECONDS = 5 * 60 * 60;

/** After the first, second, third … receive: 5, 10, 20, 40, 80, 160, 180, 180, … s. */
export function returnSeconds(receives: number): number {
  return Math.min(LONGEST_RETURN_SECONDS, FIRST_RETURN_SECONDS * 2 ** Math.max(0, receives - 1));
}

/** For what cannot be handled before an instant, such as the end of another worker's lease. */
export function secondsUntil(notBefore: number, nowMillis: number): number {
  return Math.min(LONGEST_RETURN_SECONDS, Math.max(1, Math.ceil((notBefore - nowMillis) / 1000)));
}

/** So many receives, each with its return, take at least this long. */
export function receivesWithin(seconds: number): number {
  let receives = 0;
  for (let waited = 0; waited < seconds; waited += returnSeconds(receives)) {
    receives += 1;
  }
  return receives;
}
