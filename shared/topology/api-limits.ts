/** How many requests the API takes in production. */

/** Of all tenants together. Beyond, API Gateway refuses with 429. */
export const PRODUCTION_THROTTLING = { ratePerSecond: 500, burst: 1_000 } as const;

/** Of one tenant: ten a second, which is dozens of people at a page, or a script that should slow down. */
export const PRODUCTION_REQUESTS_PER_MINUTE = 600;
