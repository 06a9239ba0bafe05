/** The webhooks that chose manifests, and when the reconciler looks at each: one item for each, found by the due index. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { WriteOutcome } from '../webhook/webhook-store.port.ts';
import type { ManifestSchedule } from './manifest-schedule.ts';

export interface ManifestScheduling {
  /** In place of whatever schedule the webhook has. */
  begin(schedule: ManifestSchedule): Promise<void>;
}

export interface ManifestSchedules extends ManifestScheduling {
  /** Strongly consistent. */
  find(tenantId: TenantId, webhookId: WebhookId): Promise<ManifestSchedule | undefined>;

  /** Only if the stored one is still `before`, in one step. */
  move(before: ManifestSchedule, after: ManifestSchedule): Promise<WriteOutcome>;

  /** Likewise. */
  end(before: ManifestSchedule): Promise<WriteOutcome>;
}
