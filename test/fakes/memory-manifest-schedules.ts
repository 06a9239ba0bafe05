import type { ManifestSchedule } from '../../shared/delivery/manifest-schedule.ts';
import type { ManifestSchedules } from '../../shared/delivery/manifest-schedules.port.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { WriteOutcome } from '../../shared/webhook/webhook-store.port.ts';

/** Schedules by the webhook whose manifests they are about. */
export class MemoryManifestSchedules implements ManifestSchedules {
  readonly schedules = new Map<string, ManifestSchedule>();

  async begin(schedule: ManifestSchedule): Promise<void> {
    this.schedules.set(nameOf(schedule), schedule);
  }

  async find(tenantId: TenantId, webhookId: WebhookId): Promise<ManifestSchedule | undefined> {
    return this.schedules.get(nameOf({ tenantId, webhookId }));
  }

  async move(before: ManifestSchedule, after: ManifestSchedule): Promise<WriteOutcome> {
    return this.#ifStill(before, () => this.schedules.set(nameOf(after), after));
  }

  async end(before: ManifestSchedule): Promise<WriteOutcome> {
    return this.#ifStill(before, () => this.schedules.delete(nameOf(before)));
  }

  #ifStill(before: ManifestSchedule, write: () => void): WriteOutcome {
    const stored = this.schedules.get(nameOf(before));
    if (stored?.chosenAt !== before.chosenAt || stored.lookAt !== before.lookAt) {
      return 'conflict';
    }
    write();
    return 'written';
  }
}

function nameOf({ tenantId, webhookId }: Pick<ManifestSchedule, 'tenantId' | 'webhookId'>): string {
  return `${tenantId}#${webhookId}`;
}
