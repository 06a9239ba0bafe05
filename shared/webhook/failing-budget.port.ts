/**
 * How many attempts all failing webhooks of one vendor may make in a minute, over all tenants. They share our address, which
 * a vendor may ban for too many refusals. A webhook that does not fail has no part in it.
 */
export interface FailingBudget {
  /** Counts one attempt. False, without counting it, if that minute has none left. */
  take(formatId: string, perMinute: number, nowMillis: number): Promise<boolean>;
}
