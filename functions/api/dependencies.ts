/** Everything `api` touches outside itself. */
import type { WebhookUrlRules } from '../../shared/domain/webhook-url.ts';
import type { AccessTokens } from '../../shared/ports/access-tokens.ts';
import type { Announcer } from '../../shared/ports/announcer.ts';
import type { RequestRecords, TestSendBudget } from '../../shared/ports/api-records.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { CursorKey } from '../../shared/ports/cursor-key.ts';
import type { DeliveryHistory } from '../../shared/ports/delivery-history.ts';
import type { DeliveryLog } from '../../shared/ports/delivery-log.ts';
import type { RetryLane } from '../../shared/ports/delivery-queues.ts';
import type { SecretStore } from '../../shared/ports/secret-store.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { WebhookClient } from '../../shared/ports/webhook-client.ts';
import type { WebhookStore } from '../../shared/ports/webhook-store.ts';
import type { ClaimNames } from './caller.ts';

export interface ApiDependencies {
  readonly webhooks: WebhookStore;
  readonly secrets: SecretStore;
  readonly log: DeliveryLog;
  readonly history: DeliveryHistory;
  readonly retryLane: RetryLane;
  readonly requests: RequestRecords;
  readonly testSends: TestSendBudget;
  readonly cursorKey: CursorKey;
  readonly announcer: Announcer;
  readonly client: WebhookClient;
  readonly tokens: AccessTokens;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly claimNames: ClaimNames;
  readonly urlRules: WebhookUrlRules;
  readonly limits: ApiLimits;
  /** A UUID that nobody has had before. */
  readonly newId: () => string;
  /** So many random bytes, for secrets. */
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface ApiLimits {
  readonly webhooksPerTenant: number;
  readonly testSendsPerMinute: number;
}
