/**
 * The service as far as waiting goes: two queues, their mappings, and `send`, which holds an invocation until the slowest
 * POST of its batch has ended. It knows no crash and no storage; `test/simulation/` is about those.
 */
import { MAPPINGS, PRODUCTION_CONCURRENCY } from '../../shared/topology/mappings.ts';
import { PRODUCTION_RETRY } from '../../shared/topology/retry-policies.ts';
import { FAILING_AFTER } from '../../shared/webhook/webhook-health.ts';
import { FairQueue } from './fair-queue.ts';
import { SimulatedMapping, type SimulatedMappingSettings } from './simulated-mapping.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface Design {
  readonly delivery: SimulatedMappingSettings;
  readonly retry: SimulatedMappingSettings;
  /** Whether slowness, too, moves a webhook to the retry queue, and what is queued for such a webhook is sent on. */
  readonly isByBehaviour: boolean;
}

/** As it was when a webhook changed its queue by failures alone: `retry` was read like `delivery`, by fewer. */
const BY_FAILURES: Design = {
  delivery: { ...MAPPINGS.delivery, maxConcurrency: PRODUCTION_CONCURRENCY.delivery, isProvisioned: false },
  retry: { batchSize: 10, windowSeconds: 0, maxConcurrency: 20, isProvisioned: false },
  isByBehaviour: false,
};

const BY_BEHAVIOUR: Design = {
  delivery: BY_FAILURES.delivery,
  retry: { batchSize: 50, windowSeconds: 1, maxConcurrency: 45, isProvisioned: false },
  isByBehaviour: true,
};

function provisioned({ delivery, retry, isByBehaviour }: Design): Design {
  return { delivery: { ...delivery, isProvisioned: true }, retry: { ...retry, isProvisioned: true }, isByBehaviour };
}

export const DESIGNS: Readonly<Record<string, Design>> = {
  'by failures': BY_FAILURES,
  'by failures, provisioned pollers': provisioned(BY_FAILURES),
  'by behaviour': BY_BEHAVIOUR,
  'by behaviour, provisioned pollers': provisioned(BY_BEHAVIOUR),
};

/** Told by how the retry queue is read: a batch of fifty is of no use without the rest of the design. */
export const DEPLOYED = MAPPINGS.retry.batchSize === BY_BEHAVIOUR.retry.batchSize ? 'by behaviour' : 'by failures';

export interface Receiver {
  /** What a POST that begins now comes to. */
  respond(now: number): { readonly millis: number; readonly isAccepted: boolean };
}

export interface Message {
  /** The finding's number. */
  readonly finding: number;
  /** The webhook's number. */
  readonly group: number;
  readonly attempt: number;
  /** How often it was sent on. */
  readonly moves: number;
}

export interface ServiceHooks {
  /** A POST begins. */
  readonly posted: (message: Message, at: number) => void;
  /** An invocation has ended. */
  readonly billed: (millis: number) => void;
}

/** From the bus through `dispatch` to its queue. */
const DISPATCH_MILLIS = 50;
/** Reads before the first POST, and the record after the last one. */
const READ_MILLIS = 10;
const RECORD_MILLIS = 10;

const SLOW_MILLIS = 1_000;
/** A fast response takes the mark away when it is as old as this. */
const SLOW_FOR_MILLIS = 10 * 60_000;
const MAX_ATTEMPTS = 4;
const MAX_JITTER = 0.2;

interface Health {
  failuresInARow: number;
  slowAt?: number;
}

export class Service {
  readonly #clock: VirtualClock;
  readonly #design: Design;
  readonly #receivers: readonly Receiver[];
  readonly #health: readonly Health[];
  readonly #random: () => number;
  readonly #hooks: ServiceHooks;
  readonly #delivery: SimulatedMapping<Message>;
  readonly #retry: SimulatedMapping<Message>;

  constructor(
    clock: VirtualClock,
    design: Design,
    receivers: readonly Receiver[],
    random: () => number,
    hooks: ServiceHooks,
  ) {
    this.#clock = clock;
    this.#design = design;
    this.#receivers = receivers;
    this.#health = receivers.map(() => ({ failuresInARow: 0 }));
    this.#random = random;
    this.#hooks = hooks;
    this.#delivery = new SimulatedMapping(clock, new FairQueue<Message>(), design.delivery, (batch, ended) =>
      this.#send(batch, design.isByBehaviour, ended),
    );
    this.#retry = new SimulatedMapping(clock, new FairQueue<Message>(), design.retry, (batch, ended) =>
      this.#send(batch, false, ended),
    );
  }

  /** Of a finding that is published now. */
  publish(webhook: number, finding: number): void {
    const message = { finding, group: webhook, attempt: 1, moves: 0 };
    this.#clock.at(this.#clock.now + DISPATCH_MILLIS, () => {
      (this.#isForRetryQueue(webhook) ? this.#retry : this.#delivery).send(message);
    });
  }

  #isForRetryQueue(webhook: number): boolean {
    const { failuresInARow, slowAt } = this.#healthOf(webhook);
    return failuresInARow >= FAILING_AFTER || (this.#design.isByBehaviour && slowAt !== undefined);
  }

  #healthOf(webhook: number): Health {
    return this.#health[webhook] as Health;
  }

  #send(batch: readonly Message[], sendsOn: boolean, ended: () => void): void {
    const startedAt = this.#clock.now;
    let longest = 0;
    for (const message of batch) {
      if (sendsOn && this.#isForRetryQueue(message.group)) {
        const moved = { ...message, moves: message.moves + 1 };
        this.#clock.at(startedAt + READ_MILLIS, () => this.#retry.send(moved));
      } else {
        longest = Math.max(longest, this.#post(message, startedAt + READ_MILLIS));
      }
    }
    const endsAt = startedAt + READ_MILLIS + longest + RECORD_MILLIS;
    this.#clock.at(endsAt, () => {
      this.#hooks.billed(endsAt - startedAt);
      ended();
    });
  }

  /** Returns how long it takes. */
  #post(message: Message, at: number): number {
    const receiver = this.#receivers[message.group] as Receiver;
    const { millis, isAccepted } = receiver.respond(at);
    this.#hooks.posted(message, at);
    const health = this.#healthOf(message.group);
    if (millis >= SLOW_MILLIS) {
      this.#clock.at(at + SLOW_MILLIS, () => {
        health.slowAt ??= this.#clock.now;
      });
    }
    this.#clock.at(at + millis, () => this.#judge(message, millis, isAccepted));
    return millis;
  }

  #judge(message: Message, millis: number, isAccepted: boolean): void {
    const health = this.#healthOf(message.group);
    const { now } = this.#clock;
    if (millis < SLOW_MILLIS && health.slowAt !== undefined && now - health.slowAt > SLOW_FOR_MILLIS) {
      delete health.slowAt;
    }
    health.failuresInARow = isAccepted ? 0 : health.failuresInARow + 1;
    if (isAccepted || message.attempt === MAX_ATTEMPTS) {
      return;
    }
    const { baseSeconds, factor } = PRODUCTION_RETRY;
    const delay = baseSeconds * factor ** (message.attempt - 1) * 1_000 * (1 + MAX_JITTER * this.#random());
    this.#clock.at(now + delay, () => this.#retry.send({ ...message, attempt: message.attempt + 1 }));
  }
}
