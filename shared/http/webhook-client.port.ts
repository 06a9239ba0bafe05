/** The one door to the tenants' receivers. Refuses what must not be reached; never throws for what a receiver does. */
import type { AttemptOutcome, OutgoingRequest } from './attempt-outcome.ts';

export interface WebhookClient {
  /**
   * Sends one request and waits for its response, all within `deadlineMillis` (DNS, connect, TLS, request, response).
   * Every fault of the receiver, the network or the address is an outcome; it rejects only for faults of our own.
   */
  send(request: OutgoingRequest, deadlineMillis: number): Promise<AttemptOutcome>;
}
