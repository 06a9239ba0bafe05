/**
 * One delivery and several at it at once: the real handlers and people on in-memory ports, where a scheduler decides
 * whose call is applied next and whose response arrives next. Nothing fails here; only the order is free.
 */

import type { Scheduler } from 'fast-check';
import { createHandler as createReconcile } from '../../functions/reconcile/handler.ts';
import { createHandler as createSend } from '../../functions/send/handler.ts';
import { continuationOf } from '../../shared/delivery/continuation.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseDeliveryMessage, serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { retryByHand } from '../../shared/delivery/retry-cycle.ts';
import { ATTEMPTS_PER_CYCLE } from '../../shared/delivery/retry-policy.ts';
import type { RowChange } from '../../shared/delivery/row-change.ts';
import { aDeliveryMessage, anSqsEvent, DELIVERY_QUEUE_URL } from '../builders/delivery.ts';
import { aWebhook } from '../builders/webhook.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../fakes/memory-access-tokens.ts';
import { MemoryBatchReader } from '../fakes/memory-batch-reader.ts';
import { MemoryDeliveryLog } from '../fakes/memory-delivery-log.ts';
import { MemoryDigestMembers } from '../fakes/memory-digest-members.ts';
import { MemoryDueDeliveries } from '../fakes/memory-due-deliveries.ts';
import { MemoryFailingBudget } from '../fakes/memory-failing-budget.ts';
import { MemoryQueues } from '../fakes/memory-queues.ts';
import { MemoryReturns } from '../fakes/memory-returns.ts';
import { MemoryRevisionMarks } from '../fakes/memory-revision-marks.ts';
import { MemorySecretStore } from '../fakes/memory-secret-store.ts';
import { MemoryWebhookStore } from '../fakes/memory-webhook-store.ts';
import { noManifests } from '../fakes/no-manifests.ts';
import { RecordingAnnouncer } from '../fakes/recording-announcer.ts';
import { RecordingTelemetry } from '../fakes/recording-telemetry.ts';
import { ScriptedWebhookClient } from '../fakes/scripted-webhook-client.ts';

export interface RaceSettings {
  readonly row: DeliveryRow | undefined;
  /** The receiver's responses, in the order of the POSTs; it accepts what comes after. */
  readonly replies: readonly number[];
}

type Deferred = <Value>(call: () => Promise<Value>) => Promise<Value>;

const INVOCATION = { getRemainingTimeInMillis: () => 30_000 };

/** More than a lease, a hop of a delay or the reconciler's patience. */
const LONG_MILLIS = 25 * 60_000;
const MAX_ROUNDS_TO_REST = 60;

export class Race {
  readonly log: MemoryDeliveryLog;
  readonly telemetry = new RecordingTelemetry();
  readonly queues = new MemoryQueues();
  readonly #clock = new ManualClock();
  readonly #store = new MemoryWebhookStore(aWebhook());
  readonly #client: ScriptedWebhookClient;
  readonly #begins: DeliveryRow | undefined;
  #defer: Deferred;
  #leases = 0;
  #reopenings = 0;
  #firstMessages = 0;
  /** What a worker returned, to come again. */
  readonly #returned: DeliveryMessage[] = [];

  constructor(scheduler: Scheduler, { row, replies }: RaceSettings) {
    this.log = new MemoryDeliveryLog(...(row === undefined ? [] : [row]));
    this.#begins = row;
    this.#client = new ScriptedWebhookClient(...replies, 200);
    this.#defer = async (call) => {
      await scheduler.schedule(Promise.resolve());
      return scheduler.schedule(Promise.resolve(await call()));
    };
  }

  get row(): DeliveryRow | undefined {
    return this.log.row(aDeliveryMessage());
  }

  async send(message: DeliveryMessage, receiveCount = 1): Promise<void> {
    this.#firstMessages += message.attempt === 1 ? 1 : 0;
    await this.#receive(message, receiveCount);
  }

  async retryByHand(): Promise<void> {
    const row = await this.#defer(async () => this.row);
    const change = row && retryByHand(row, this.#clock.now());
    if (change !== undefined && (await this.#defer(() => this.#write(change))) === 'written') {
      const message = continuationOf(change.row);
      await this.#defer(() => this.queues.enqueueRetry(message.tenantId, message, 0));
    }
  }

  async reconcile(): Promise<void> {
    const { queues, log } = this;
    await createReconcile({
      ...noManifests(),
      due: new MemoryDueDeliveries(log),
      log: this.#log(),
      retryQueue: { enqueueRetry: (...args) => this.#defer(() => queues.enqueueRetry(...args)) },
      redriveQueue: { sendRedriveMessage: (...args) => this.#defer(() => queues.sendRedriveMessage(...args)) },
      announcer: new RecordingAnnouncer(),
      telemetry: this.telemetry,
      clock: this.#clock,
    })({}, INVOCATION);
  }

  /** Answers what does not hold, once everything that the race has left behind is done, in order and undisturbed. */
  async brokenAtRest(): Promise<string | undefined> {
    this.#defer = (call) => call();
    for (let round = 0; round < MAX_ROUNDS_TO_REST; round += 1) {
      const waiting = [...this.#returned.splice(0), ...this.queues.retries.splice(0).map(({ message }) => message)];
      this.#clock.moveOn(LONG_MILLIS);
      await this.reconcile();
      if (waiting.length === 0 && this.queues.retries.length === 0) {
        return this.#broken();
      }
      for (const message of waiting) {
        await this.#receive(message, 2);
      }
    }
    return 'never comes to rest';
  }

  #broken(): string | undefined {
    const { row } = this;
    if (row === undefined || row.status === 'pending') {
      return `lost: ${row?.status ?? 'no row'}`;
    }
    if (row.status === 'failed' && row.reason === 'exhausted') {
      if (row.lastAttempt < row.attemptLimit) {
        return `exhausted after ${row.lastAttempt} of ${row.attemptLimit}`;
      }
      if (!this.queues.redriveMessages.some(({ attempt }) => attempt === row.lastAttempt + 1)) {
        return 'failed without a redrive message';
      }
    }
    return this.#brokenRecord(row) ?? this.#brokenPosts();
  }

  #brokenRecord({ attempts }: DeliveryRow): string | undefined {
    const numbers = attempts.filter(({ duplicate }) => !duplicate).map(({ number }) => number);
    return numbers.some((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1)
      ? `recorded out of order or twice: ${numbers}`
      : undefined;
  }

  /** Without crashes and faults only a first attempt, made without a claim, may be made twice. */
  #brokenPosts(): string | undefined {
    const made = Map.groupBy(this.telemetry.lines, ({ attempt }) => attempt);
    const twice = [...made].find(
      ([attempt, lines]) => lines.length > (attempt === 1 ? Math.max(1, this.#firstMessages) : 1),
    );
    if (twice !== undefined) {
      return `attempt ${twice[0]} made ${twice[1].length} times`;
    }
    const left = this.#begins === undefined ? ATTEMPTS_PER_CYCLE : this.#begins.attemptLimit - this.#begins.lastAttempt;
    const repeated = Math.max(0, this.#firstMessages - 1);
    const most = left + repeated + ATTEMPTS_PER_CYCLE * this.#reopenings;
    const posts = this.#client.requests.length;
    return posts > most ? `${posts} POSTs where ${most} are the most` : undefined;
  }

  async #receive(message: DeliveryMessage, receiveCount: number): Promise<void> {
    const body = serializeDeliveryMessage(message);
    const { queues, telemetry } = this;
    const reader = new MemoryBatchReader(this.#store, this.log);
    const { batchItemFailures } = await createSend({
      reader: { read: (keys) => this.#defer(() => reader.read(keys)) },
      log: this.#log(),
      health: { update: (...args) => this.#defer(() => this.#store.update(...args)) },
      failingBudget: new MemoryFailingBudget(),
      marks: new MemoryRevisionMarks(),
      digestMembers: new MemoryDigestMembers(this.log),
      lines: { takeTurn: (...args) => this.#defer(() => this.#store.takeTurn(...args)) },
      secrets: new MemorySecretStore(),
      client: { send: (request) => this.#defer(() => this.#client.send(request)) },
      tokens: new MemoryAccessTokens(),
      retryQueue: { enqueueRetry: (...args) => this.#defer(() => queues.enqueueRetry(...args)) },
      delayQueues: { enqueueLater: (...args) => this.#defer(() => queues.enqueueLater(...args)) },
      redriveQueue: { sendRedriveMessage: (...args) => this.#defer(() => queues.sendRedriveMessage(...args)) },
      poison: queues,
      returns: new MemoryReturns(),
      announcer: new RecordingAnnouncer(),
      telemetry,
      clock: this.#clock,
      policy: { baseSeconds: 0, factor: 1 },
      deliveryQueueUrl: DELIVERY_QUEUE_URL,
      newLease: () => {
        this.#leases += 1;
        return `lease-${this.#leases}`;
      },
    })(anSqsEvent({ body, receiveCount }), INVOCATION);
    const parsed = parseDeliveryMessage(body);
    if (batchItemFailures.length > 0 && parsed.kind === 'parsed') {
      this.#returned.push(parsed.message);
    }
  }

  #log() {
    const { log } = this;
    return {
      find: (...args: Parameters<typeof log.find>) => this.#defer(() => log.find(...args)),
      write: (_tenantId: unknown, change: RowChange) => this.#defer(() => this.#write(change)),
      putAll: (...args: Parameters<typeof log.putAll>) => this.#defer(() => log.putAll(...args)),
    };
  }

  async #write(change: RowChange) {
    const before = this.row?.status;
    const outcome = await this.log.write(change.row.tenantId, change);
    const isReopened = change.row.status === 'pending' && (before === 'failed' || before === 'held');
    this.#reopenings += outcome === 'written' && isReopened ? 1 : 0;
    return outcome;
  }
}
