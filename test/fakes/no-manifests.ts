/** What `reconcile` needs beside its queues and its log, of a system in which no webhook chose manifests. */
import { MANIFEST_PERIOD_SECONDS } from '../../shared/topology/schedules.ts';
import { MemoryEventList } from './memory-event-list.ts';
import { MemoryManifestSchedules } from './memory-manifest-schedules.ts';
import { MemoryWebhookStore } from './memory-webhook-store.ts';

export function noManifests() {
  return {
    schedules: new MemoryManifestSchedules(),
    webhooks: new MemoryWebhookStore(),
    eventReader: new MemoryEventList(),
    manifestPeriodMillis: MANIFEST_PERIOD_SECONDS * 1000,
  };
}
