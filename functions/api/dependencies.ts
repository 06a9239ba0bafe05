/** Everything `api` touches outside itself. */

import type { FixedEgress } from '../../shared/api/addresses.schema.ts';
import type { RequestBudget, RequestRecords, TestSendBudget } from '../../shared/api/api-records.port.ts';
import type { CursorKey } from '../../shared/api/cursor-key.port.ts';
import type { Announcer } from '../../shared/delivery/announcer.port.ts';
import type { DeliveryHistory } from '../../shared/delivery/delivery-history.port.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { RetryQueue } from '../../shared/delivery/delivery-queues.port.ts';
import type { EventListReader } from '../../shared/delivery/event-list.port.ts';
import type { ManifestScheduling } from '../../shared/delivery/manifest-schedules.port.ts';
import type { UnreadFindingsReader } from '../../shared/finding/unread-findings.port.ts';
import type { AccessTokens } from '../../shared/http/access-tokens.port.ts';
import type { WebhookClient } from '../../shared/http/webhook-client.port.ts';
import type { WebhookUrlRules } from '../../shared/http/webhook-url.ts';
import type { ConfirmationBudget } from '../../shared/mail/confirmation-budget.port.ts';
import type { MailQueue } from '../../shared/mail/mail-queue.port.ts';
import type { NoticeAddressStore } from '../../shared/mail/notice-addresses.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { SecretStore } from '../../shared/webhook/secret-store.port.ts';
import type { WebhookStore } from '../../shared/webhook/webhook-store.port.ts';
import type { ClaimNames } from './actor.ts';

export interface ApiDependencies {
  readonly webhooks: WebhookStore;
  readonly secrets: SecretStore;
  readonly log: DeliveryLog;
  readonly history: DeliveryHistory;
  readonly eventReader: EventListReader;
  readonly manifests: ManifestScheduling;
  readonly retryQueue: RetryQueue;
  readonly requests: RequestRecords;
  readonly testSends: TestSendBudget;
  readonly requestBudget: RequestBudget;
  readonly unread: UnreadFindingsReader;
  readonly cursorKey: CursorKey;
  readonly announcer: Announcer;
  readonly client: WebhookClient;
  readonly tokens: AccessTokens;
  readonly noticeAddresses: NoticeAddressStore;
  readonly confirmations: ConfirmationBudget;
  readonly mails: MailQueue;
  /** Whether the stage has a sender. Without one no address is taken, and nothing is queued. */
  readonly sendsMail: boolean;
  /** It counts nothing: API Gateway does. */
  readonly telemetry: Telemetry<never>;
  readonly clock: Clock;
  readonly claimNames: ClaimNames;
  readonly urlRules: WebhookUrlRules;
  readonly limits: ApiLimits;
  /** The stage's fixed addresses; undefined if it has none. */
  readonly egress?: FixedEgress | undefined;
  /** A UUID that was never used before. */
  readonly newId: () => string;
  /** So many random bytes, for secrets. */
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface ApiLimits {
  readonly webhooksPerTenant: number;
  readonly testSendsPerMinute: number;
}
