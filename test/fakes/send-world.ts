import { createHandler } from '../../functions/send/handler.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { createOauthAccessTokens } from '../../shared/http/access-tokens.oauth.ts';
import type { WebhookClient } from '../../shared/http/webhook-client.port.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { anSqsEvent, DELIVERY_QUEUE_URL, type RecordOverrides } from '../builders/delivery.ts';
import { aWebhook } from '../builders/webhook.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryBatchReader } from './memory-batch-reader.ts';
import { MemoryDeliveryLog } from './memory-delivery-log.ts';
import { MemoryDigestMembers } from './memory-digest-members.ts';
import { MemoryFailingBudget } from './memory-failing-budget.ts';
import { MemoryQueues } from './memory-queues.ts';
import { MemoryReturns } from './memory-returns.ts';
import { MemoryRevisionMarks } from './memory-revision-marks.ts';
import { MemorySecretStore } from './memory-secret-store.ts';
import { MemoryWebhookStore } from './memory-webhook-store.ts';
import { RecordingAnnouncer } from './recording-announcer.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import { type Reply, ScriptedWebhookClient } from './scripted-webhook-client.ts';

export interface SendWorldSettings {
  readonly webhooks?: readonly Webhook[];
  readonly rows?: readonly DeliveryRow[];
  readonly replies?: readonly Reply[];
  /** In place of the scripted one. */
  readonly webhookClient?: WebhookClient;
  readonly vendorPaceFactor?: number;
}

/** The real `send` handler on in-memory ports. */
export function aSendWorld({
  webhooks = [aWebhook()],
  rows = [],
  replies = [],
  webhookClient,
  vendorPaceFactor,
}: SendWorldSettings = {}) {
  const clock = new ManualClock();
  const log = new MemoryDeliveryLog(...rows);
  const store = new MemoryWebhookStore(...webhooks);
  const reader = new MemoryBatchReader(store, log);
  const failingBudget = new MemoryFailingBudget();
  const marks = new MemoryRevisionMarks();
  const digestMembers = new MemoryDigestMembers(log);
  const queues = new MemoryQueues();
  const returns = new MemoryReturns();
  const secrets = new MemorySecretStore();
  const client = new ScriptedWebhookClient(...replies);
  const tokens = createOauthAccessTokens(webhookClient ?? client, clock);
  const announcer = new RecordingAnnouncer();
  const telemetry = new RecordingTelemetry();
  let leases = 0;
  let remainingMillis = 30_000;
  const handler = createHandler({
    reader,
    log,
    health: store,
    lines: store,
    failingBudget,
    marks,
    digestMembers,
    secrets,
    client: webhookClient ?? client,
    tokens,
    retryQueue: queues,
    delayQueues: queues,
    redriveQueue: queues,
    poison: queues,
    returns,
    announcer,
    telemetry,
    clock,
    policy: { baseSeconds: 30, factor: 4 },
    consoleUrl: 'https://console.example',
    ...(vendorPaceFactor !== undefined && { vendorPaceFactor }),
    deliveryQueueUrl: DELIVERY_QUEUE_URL,
    newLease: () => {
      leases += 1;
      return `lease-${leases}`;
    },
  });

  return {
    clock,
    log,
    store,
    reader,
    failingBudget,
    marks,
    digestMembers,
    queues,
    returns,
    secrets,
    client,
    tokens,
    announcer,
    telemetry,
    /** Answers the ids of the messages that stay on the queue. */
    async receive(...records: readonly RecordOverrides[]): Promise<readonly string[]> {
      const { batchItemFailures } = await handler(anSqsEvent(...records), {
        getRemainingTimeInMillis: () => remainingMillis,
      });
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    leaveMillis(millis: number) {
      remainingMillis = millis;
    },
  };
}
