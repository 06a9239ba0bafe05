/** Everything `canary` touches outside itself. */
import type { FindingPublisher } from '../../shared/finding/finding-publisher.port.ts';
import type { PageCheck } from '../../shared/http/page-check.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { SecretStore } from '../../shared/webhook/secret-store.port.ts';
import type { WebhookStore } from '../../shared/webhook/webhook-store.port.ts';

export interface CanaryDependencies {
  readonly webhooks: WebhookStore;
  readonly secrets: SecretStore;
  readonly findings: FindingPublisher;
  readonly pages: PageCheck;
  readonly telemetry: Telemetry<'canary'>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
}
