/** Everything `send` touches outside itself. */

import type { Announcer } from '../../shared/delivery/announcer.port.ts';
import type { BatchReader } from '../../shared/delivery/batch-reader.port.ts';
import type { DeadLetters } from '../../shared/delivery/dead-letters.port.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { DelayQueues, RedriveQueue, RetryQueue } from '../../shared/delivery/delivery-queues.port.ts';
import type { DigestMembers } from '../../shared/delivery/digest-members.port.ts';
import type { RetryPolicy } from '../../shared/delivery/retry-policy.ts';
import type { ReturnedMessages } from '../../shared/delivery/returned-messages.port.ts';
import type { RevisionMarks } from '../../shared/delivery/revision-marks.port.ts';
import type { AccessTokens } from '../../shared/http/access-tokens.port.ts';
import type { WebhookClient } from '../../shared/http/webhook-client.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { FailingBudget } from '../../shared/webhook/failing-budget.port.ts';
import type { SecretReader } from '../../shared/webhook/secret-store.port.ts';
import type { Lines, WebhookUpdates } from '../../shared/webhook/webhook-store.port.ts';

export interface SendDependencies {
  readonly reader: BatchReader;
  readonly log: DeliveryLog;
  readonly health: WebhookUpdates;
  readonly lines: Lines;
  readonly failingBudget: FailingBudget;
  readonly marks: RevisionMarks;
  readonly digestMembers: DigestMembers;
  readonly secrets: SecretReader;
  readonly client: WebhookClient;
  readonly tokens: AccessTokens;
  readonly retryQueue: RetryQueue;
  readonly delayQueues: DelayQueues;
  readonly redriveQueue: RedriveQueue;
  readonly poison: DeadLetters;
  readonly returns: ReturnedMessages;
  readonly announcer: Announcer;
  readonly telemetry: Telemetry<'send'>;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  /** Times the interval that a vendor asks for; absent: 1. */
  readonly vendorPaceFactor?: number;
  /** A digest links to the list of its webhook's deliveries; absent without a console. */
  readonly consoleUrl?: string | undefined;
  /** What comes by it is sent on if its webhook has become slow or failing. */
  readonly deliveryQueueUrl: string;
  /** A token that no other worker has; names the lease. */
  readonly newLease: () => string;
}

/** The part of Lambda's context that is used. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
}
