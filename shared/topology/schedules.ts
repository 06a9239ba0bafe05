/** What runs by the clock. */

/** A broken chain is found within `RECONCILE_AFTER_MILLIS` and this. */
export const RECONCILE_EVERY_MINUTES = 5;

/** An outage is seen within three of them. */
export const CANARY_EVERY_MINUTES = 5;
