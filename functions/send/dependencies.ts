/** Everything `send` touches outside itself. */
import type { RetryPolicy } from '../../shared/domain/retry-policy.ts';
import type { AccessTokens } from '../../shared/ports/access-tokens.ts';
import type { Announcer } from '../../shared/ports/announcer.ts';
import type { BatchReader } from '../../shared/ports/batch-reader.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DeadLetters } from '../../shared/ports/dead-letters.ts';
import type { DeliveryLog } from '../../shared/ports/delivery-log.ts';
import type { RetryLane, TicketQueue } from '../../shared/ports/delivery-queues.ts';
import type { SecretReader } from '../../shared/ports/secret-store.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { WebhookClient } from '../../shared/ports/webhook-client.ts';
import type { WebhookHealthNotes } from '../../shared/ports/webhook-store.ts';

export interface SendDependencies {
  readonly reader: BatchReader;
  readonly log: DeliveryLog;
  readonly health: WebhookHealthNotes;
  readonly secrets: SecretReader;
  readonly client: WebhookClient;
  readonly tokens: AccessTokens;
  readonly retryLane: RetryLane;
  readonly tickets: TicketQueue;
  readonly poison: DeadLetters;
  readonly announcer: Announcer;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  /** A token that no other worker has; names the lease. */
  readonly newLease: () => string;
}

/** The part of Lambda's context that is used. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
}
