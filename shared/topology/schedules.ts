/** What runs by the clock. */

/** A broken chain is found within `RECONCILE_AFTER_MILLIS` and this. */
export const RECONCILE_EVERY_MINUTES = 5;

/** An outage is seen within three of them. */
export const CANARY_EVERY_MINUTES = 5;

/** Of these a manifest is made. They begin at whole multiples of it, counted in UTC. */
export const MANIFEST_PERIOD_SECONDS = 60 * 60;
