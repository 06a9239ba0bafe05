/** All that the service keeps and touches, for one run: tables, queues, secrets, receivers, and the books about them. */

import { secretValues } from '../../../shared/attempt/outgoing-request.schema.ts';
import type { Announcement } from '../../../shared/delivery/announcement.ts';
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { parseDeliveryMessage, serializeDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import type { RowChange } from '../../../shared/delivery/row-change.ts';
import { holds } from '../../../shared/runtime/condition.ts';
import type { DeliveryId, TenantId } from '../../../shared/runtime/ids.ts';
import { MAPPINGS } from '../../../shared/topology/mappings.ts';
import { MAX_RECEIVES, QUEUES } from '../../../shared/topology/queues.ts';
import type { SecretReference, Webhook, WebhookSecret } from '../../../shared/webhook/webhook.ts';
import type { WriteOutcome } from '../../../shared/webhook/webhook-store.port.ts';
import { anAnnounced } from '../../builders/announced.ts';
import { MemoryRequestRecords } from '../../fakes/memory-api-records.ts';
import type { RowsByKey } from '../../fakes/memory-delivery-history.ts';
import { MemoryNoticeMarks } from '../../fakes/memory-notice-marks.ts';
import { MemoryRevisionMarks } from '../../fakes/memory-revision-marks.ts';
import { MemorySecretStore } from '../../fakes/memory-secret-store.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';
import type { Invocation } from './invocation.ts';
import { emptyTally, type Tally } from './kinds.ts';
import { Ledger } from './ledger.ts';
import { Mishaps } from './mishaps.ts';
import { Random } from './random.ts';
import type { Receiver } from './receivers.ts';
import { SimulatedQueue } from './simulated-queue.ts';
import { Trace } from './trace.ts';
import { VirtualClock } from './virtual-clock.ts';

export const STARTED_AT = Date.UTC(2026, 10, 23, 10, 0, 0);

export type SimulatedQueueName = 'delivery' | 'retry' | 'exhausted';

export class SimulatedAccount {
  readonly random: Random;
  /** Every other run has them: the others are free of what digests hide, and of their time. */
  readonly hasDigests: boolean;
  readonly clock = new VirtualClock(STARTED_AT);
  readonly tally: Tally = emptyTally();
  readonly trace = new Trace(this.clock);
  readonly ledger = new Ledger(this.clock, this.trace, this.tally);
  readonly mishaps: Mishaps;
  readonly rows = new Map<DeliveryId, DeliveryRow>();
  readonly webhooks = new MemoryWebhookStore();
  readonly marks = new MemoryRevisionMarks();
  readonly noticeMarks = new MemoryNoticeMarks();
  readonly secrets = new MemorySecretStore(this.clock);
  readonly requests = new MemoryRequestRecords();
  readonly cursorKey = 'the-cursor-key';
  /** Every value that must never be seen again. */
  readonly secretValues = new Set<string>();
  /** What only the API may show, to the webhook's own people: a path may be a credential. */
  readonly paths = new Set<string>();
  readonly receivers = new Map<string, Receiver>();
  readonly findingsDeadLetters: string[] = [];
  readonly poison: string[] = [];
  /** The API's answers, without the secret that one of them may show. */
  readonly responses: string[] = [];
  /** What telemetry said, and what the bus was told. */
  readonly said: string[] = [];
  readonly queues: Readonly<Record<SimulatedQueueName | 'findings', SimulatedQueue>>;
  /** Every version that was ever stored. */
  readonly #everStored = new Map<string, WebhookSecret>();
  tenants: readonly TenantId[] = [];
  invocations = 0;
  #announced = 0;
  /** Functions and people that have not come to an end. */
  atWork = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.hasDigests = seed % 2 === 1;
    this.mishaps = new Mishaps(this.random, this.clock, this.tally);
    const queue = (name: string, redrive: (body: string) => void, { batchSize } = MAPPINGS.delivery) =>
      new SimulatedQueue(name, this.clock, this.random, this.mishaps, {
        visibilitySeconds: QUEUES.delivery.visibilitySeconds,
        maxReceiveCount: MAX_RECEIVES,
        batchSize,
        redrive,
      });
    const toPoison = (body: string) => void this.poison.push(body);
    this.queues = {
      findings: queue('findings', (body) => void this.findingsDeadLetters.push(body)),
      delivery: queue('delivery', toPoison),
      retry: queue('retry', toPoison, MAPPINGS.retry),
      exhausted: queue('exhausted', toPoison),
    };
  }

  /** The rows as the log has them: under their tenant and webhook. */
  get log(): RowsByKey {
    const { rows } = this;
    return {
      rows,
      row({ tenantId, webhookId, deliveryId }) {
        const row = rows.get(deliveryId);
        return row?.tenantId === tenantId && row.webhookId === webhookId ? row : undefined;
      },
    };
  }

  take(queueName: SimulatedQueueName, message: DeliveryMessage, delaySeconds = 0): void {
    this.ledger.messageTaken(queueName, message);
    this.queues[queueName].send(serializeDeliveryMessage(message), delaySeconds);
  }

  /** What the bus was told comes back by the findings queue, now and then twice. */
  announce(tenantId: TenantId, announcement: Announcement): void {
    this.said.push(JSON.stringify({ tenantId, ...announcement }));
    this.#announced += 1;
    const body = anAnnounced(announcement, {
      id: `evt-${this.#announced}`,
      tenantId,
      time: new Date(this.clock.now()).toISOString(),
    });
    this.queues.findings.send(body);
    if (!this.mishaps.isCalm && this.random.chance(0.05)) {
      this.mishaps.saw('event: announced twice');
      this.queues.findings.send(body, this.random.between(0, 60));
    }
  }

  /** The attempts of a delivery that wait in a queue. */
  attemptsQueued(queueName: SimulatedQueueName, deliveryId: DeliveryId): readonly number[] {
    return this.queues[queueName]
      .bodies()
      .map(parseDeliveryMessage)
      .flatMap((parsed) => (parsed.kind === 'parsed' ? [parsed.message] : []))
      .filter((message) => message.deliveryId === deliveryId)
      .map(({ attempt }) => attempt);
  }

  write(invocation: Invocation, { row, when }: RowChange): WriteOutcome {
    const stored = this.rows.get(row.deliveryId);
    if (!holds(when, stored)) {
      this.trace.note(row.deliveryId, `${invocation.name}: conflict with ${JSON.stringify(when)}`);
      this.ledger.account(row.deliveryId).conflicts += 1;
      return 'conflict';
    }
    this.rows.set(row.deliveryId, row);
    this.ledger.rowWritten(invocation, stored, row, 'condition');
    return 'written';
  }

  put(invocation: Invocation, row: DeliveryRow): void {
    const stored = this.rows.get(row.deliveryId);
    this.rows.set(row.deliveryId, row);
    this.ledger.rowWritten(invocation, stored, row, 'put');
  }

  webhook(tenantId: string, webhookId: string): Webhook | undefined {
    return this.webhooks.webhooks.get(`${tenantId}#${webhookId}`);
  }

  /** The value that was stored under the version that a webhook names, whether the store still has it or not. */
  secretNamedBy(webhook: Webhook | undefined): WebhookSecret | undefined {
    return webhook?.secret && this.#everStored.get(versionOf(webhook.secret));
  }

  remember(reference: SecretReference, secret: WebhookSecret): SecretReference {
    this.#everStored.set(versionOf(reference), secret);
    for (const value of secretValues(secret)) {
      this.secretValues.add(value);
    }
    return reference;
  }
}

function versionOf({ arn, versionId }: SecretReference): string {
  return `${arn} ${versionId}`;
}
