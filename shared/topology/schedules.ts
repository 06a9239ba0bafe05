/** What runs by the clock. */

/** A broken chain is found within `RECONCILE_AFTER_MILLIS` and this. */
export const RECONCILE_EVERY_MINUTES = 5;
