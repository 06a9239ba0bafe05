/** The last stop of messages that cannot be understood: kept whole, with the reason beside them. */
export interface DeadLetters {
  /** `reason` names fields and rules, never values. */
  put(body: string, reason: string): Promise<void>;
}
