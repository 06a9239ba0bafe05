/** The production retry policy; local and test stages shorten the base so that a person can watch. */

/** 30 s, 2 min, 8 min after failed attempts 1, 2 and 3. */
export const PRODUCTION_RETRY = { baseSeconds: 30, factor: 4 };
