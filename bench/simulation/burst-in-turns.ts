/**
 * A burst of findings for one webhook whose receiver takes one a second, three at once: the real `send` on in-memory ports,
 * with two queues and a clock that stands still while nothing happens. It knows no fault; `test/simulation/` is about those.
 */
import { createHandler } from '../../functions/send/handler.ts';
import { seededRandom } from '../../local/load/seeded-random.ts';
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import { MAPPINGS } from '../../shared/topology/mappings.ts';
import { PRODUCTION_RETRY } from '../../shared/topology/retry-policies.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { aDeliveryMessage, anSqsEvent, DELIVERY_QUEUE_URL } from '../../test/builders/delivery.ts';
import { aCanonicalFinding } from '../../test/builders/finding.ts';
import { aWebhook } from '../../test/builders/webhook.ts';
import { MemoryAccessTokens } from '../../test/fakes/memory-access-tokens.ts';
import { MemoryBatchReader } from '../../test/fakes/memory-batch-reader.ts';
import { MemoryDeliveryLog } from '../../test/fakes/memory-delivery-log.ts';
import { MemoryDigestMembers } from '../../test/fakes/memory-digest-members.ts';
import { MemoryFailingBudget } from '../../test/fakes/memory-failing-budget.ts';
import { MemoryQueues } from '../../test/fakes/memory-queues.ts';
import { MemoryReturns } from '../../test/fakes/memory-returns.ts';
import { MemoryRevisionMarks } from '../../test/fakes/memory-revision-marks.ts';
import { MemorySecretStore } from '../../test/fakes/memory-secret-store.ts';
import { MemoryWebhookStore } from '../../test/fakes/memory-webhook-store.ts';
import { RecordingAnnouncer } from '../../test/fakes/recording-announcer.ts';
import { RecordingTelemetry } from '../../test/fakes/recording-telemetry.ts';
import { VirtualClock } from '../../test/simulation/seeded/virtual-clock.ts';

export interface BurstResult {
  readonly delivered: number;
  readonly failed: number;
  /** Responses of 429. */
  readonly refusals: number;
  /** Until the last finding is delivered or has failed. */
  readonly seconds: number;
}

/** What the receiver takes. */
const PER_SECOND = 1;
const AT_ONCE = 3;

/** Its pace is what its vendor publishes, or is unknown. */
export const KNOWN: Partial<Webhook> = { pace: { perMinute: 60 * PER_SECOND } };
export const UNKNOWN: Partial<Webhook> = {};

const STARTED_AT = Date.UTC(2026, 10, 30);

/** SQS shows a message a moment after its delay, and Lambda's poller takes it a moment later. */
const MOST_JITTER_MILLIS = 200;
const INVOCATIONS_AT_ONCE = 5;

export async function deliverBurst(findings: number, overrides: Partial<Webhook>, seed: number): Promise<BurstResult> {
  const clock = new VirtualClock(STARTED_AT);
  const random = seededRandom(seed);
  const world = { clock, random, receiver: limitedReceiver(clock, random) };
  const { queues, telemetry } = connect(world, aWebhook(overrides));
  for (let index = 0; index < findings; index += 1) {
    const message = aDeliveryMessage({ finding: aCanonicalFinding({ id: `fnd_${index}` }) });
    queues.delivery.send(serializeDeliveryMessage(message), 0);
  }
  const ended = () => telemetry.lines.filter(({ decision }) => decision !== 'retry').length;
  let seen = 0;
  let open = findings;
  await clock.run(() => {
    if (telemetry.lines.length > seen) {
      seen = telemetry.lines.length;
      open = findings - ended();
    }
    return open > 0;
  });
  const delivered = telemetry.lines.filter(({ decision }) => decision === 'done').length;
  return {
    delivered,
    failed: ended() - delivered,
    refusals: telemetry.lines.filter(({ statusCode }) => statusCode === 429).length,
    seconds: (clock.now() - STARTED_AT) / 1_000,
  };
}

interface World {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly receiver: () => number;
}

/** A bucket of tokens. */
function limitedReceiver(clock: VirtualClock, _random: () => number): () => number {
  let tokens = AT_ONCE;
  let filledAt = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(AT_ONCE, tokens + ((now - filledAt) / 1_000) * PER_SECOND);
    filledAt = now;
    if (tokens < 1) {
      return 429;
    }
    tokens -= 1;
    return 200;
  };
}

function connect({ clock, random, receiver }: World, webhook: Webhook) {
  const log = new MemoryDeliveryLog();
  const store = new MemoryWebhookStore(webhook);
  const telemetry = new RecordingTelemetry();
  const others = new MemoryQueues();
  let leases = 0;
  const queues: Record<TargetQueue, Queue> = {
    delivery: new Queue(clock, random, MAPPINGS.delivery, (batch) => receive('delivery', batch)),
    retry: new Queue(clock, random, MAPPINGS.retry, (batch) => receive('retry', batch)),
  };
  const handler = createHandler({
    reader: new MemoryBatchReader(store, log),
    log,
    health: store,
    lines: store,
    failingBudget: new MemoryFailingBudget(),
    marks: new MemoryRevisionMarks(),
    digestMembers: new MemoryDigestMembers(log),
    secrets: new MemorySecretStore(),
    client: {
      async send() {
        const statusCode = receiver();
        await clock.sleep(50 + Math.floor(250 * random()));
        return { kind: 'answered', response: { statusCode, headers: {}, body: '' }, millis: 100, phases: {} };
      },
    },
    tokens: new MemoryAccessTokens(),
    retryQueue: {
      async enqueueRetry(_tenantId, message, delaySeconds) {
        queues.retry.send(serializeDeliveryMessage(message), delaySeconds);
      },
    },
    delayQueues: {
      async enqueueLater(_tenantId, queue, message, delaySeconds) {
        queues[queue].send(serializeDeliveryMessage(message), delaySeconds);
      },
    },
    redriveQueue: others,
    poison: others,
    returns: new MemoryReturns(),
    announcer: new RecordingAnnouncer(),
    telemetry,
    clock,
    policy: PRODUCTION_RETRY,
    deliveryQueueUrl: DELIVERY_QUEUE_URL,
    newLease: () => {
      leases += 1;
      return `lease-${leases}`;
    },
  });
  async function receive(queue: TargetQueue, bodies: readonly string[]): Promise<void> {
    const event = anSqsEvent(...bodies.map((body) => ({ body, queue })));
    const { batchItemFailures } = await handler(event, { getRemainingTimeInMillis: () => 30_000 });
    if (batchItemFailures.length > 0) {
      throw new Error(
        `${batchItemFailures.length} of ${bodies.length} messages were returned in a world without faults`,
      );
    }
  }
  return { queues, telemetry };
}

interface QueueSettings {
  readonly batchSize: number;
  readonly windowSeconds: number;
}

class Queue {
  readonly #clock: VirtualClock;
  readonly #random: () => number;
  readonly #settings: QueueSettings;
  readonly #invoke: (bodies: readonly string[]) => Promise<void>;
  readonly #visible: string[] = [];
  #underWay = 0;

  constructor(
    clock: VirtualClock,
    random: () => number,
    settings: QueueSettings,
    invoke: (bodies: readonly string[]) => Promise<void>,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#settings = settings;
    this.#invoke = invoke;
  }

  send(body: string, delaySeconds: number): void {
    this.#clock.schedule(delaySeconds * 1_000 + Math.floor(MOST_JITTER_MILLIS * this.#random()), () => {
      this.#visible.push(body);
      this.#clock.schedule(this.#settings.windowSeconds * 1_000, () => this.#poll());
    });
  }

  #poll(): void {
    if (this.#visible.length === 0 || this.#underWay >= INVOCATIONS_AT_ONCE) {
      return;
    }
    this.#underWay += 1;
    const batch = this.#visible.splice(0, this.#settings.batchSize);
    void this.#invoke(batch).then(() => {
      this.#underWay -= 1;
      this.#poll();
    });
  }
}

const SIZES = [300, 1_000, 3_000];
const SEED = 20261130;

export async function measureTurns(): Promise<void> {
  for (const [name, pace] of [['of a known pace', KNOWN] as const, ['of an unknown pace', UNKNOWN] as const]) {
    for (const findings of SIZES) {
      const { delivered, failed, refusals, seconds } = await deliverBurst(findings, pace, SEED);
      const refused = `${refusals} refusals (${((100 * refusals) / findings).toFixed(1)} %)`;
      console.log(
        `  ${findings} findings at once, ${name}: ${delivered} delivered, ${failed} failed in ${seconds.toFixed(0)} simulated seconds; ${refused}`,
      );
    }
  }
}
