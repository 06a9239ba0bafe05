/** Everything `reconcile` touches outside itself. */
import type { ContinuationPorts } from '../../shared/delivery/carry-on.flow.ts';
import type { DueDeliveries } from '../../shared/delivery/due-deliveries.port.ts';
import type { EventListReader } from '../../shared/delivery/event-list.port.ts';
import type { ManifestSchedules } from '../../shared/delivery/manifest-schedules.port.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { WebhookStore } from '../../shared/webhook/webhook-store.port.ts';

export interface ReconcileDependencies extends ContinuationPorts {
  readonly due: DueDeliveries;
  readonly schedules: ManifestSchedules;
  readonly webhooks: Pick<WebhookStore, 'find'>;
  readonly eventReader: Pick<EventListReader, 'readKeys'>;
  /** An hour, but on a machine where people watch. */
  readonly manifestPeriodMillis: number;
  readonly telemetry: Telemetry<'reconcile'>;
}

/** The part of Lambda's context that is used. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
}
