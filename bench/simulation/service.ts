/**
 * The service as far as waiting goes: two queues, their mappings, and `send`, which holds an invocation until the slowest
 * POST of its batch has ended. It knows no crash and no storage; `test/simulation/` is about those.
 */
import { LONGEST_RETURN_SECONDS, returnSeconds } from '../../shared/delivery/return-policy.ts';
import { MAPPINGS, PRODUCTION_CONCURRENCY } from '../../shared/topology/mappings.ts';
import { PRODUCTION_RETRY } from '../../shared/topology/retry-policies.ts';
import { FAILING_AFTER } from '../../shared/webhook/webhook-health.ts';
import { FairQueue } from './fair-queue.ts';
import { SimulatedMapping, type SimulatedMappingSettings } from './simulated-mapping.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface Design {
  readonly delivery: SimulatedMappingSettings;
  readonly retry: SimulatedMappingSettings;
  /** When a message that `send` leaves on its queue comes back. */
  readonly returnSeconds: (receives: number) => number;
  /** How many ms of a whole CPU a failed delivery to a webhook of the largest secrets takes. */
  readonly heavyCpuMillis: number;
  /** Whether slowness, too, moves a webhook to the retry queue, and what is queued for such a webhook is sent on. */
  readonly isByBehaviour: boolean;
  /** Whose message group a message has, in the findings queue and in the two of deliveries. One for all is as if there were none. */
  readonly groups: { readonly findings: GroupedBy; readonly deliveries: GroupedBy };
}

/** As it was when a webhook changed its queue by failures alone: `retry` was read like `delivery`, by fewer. */
const BY_FAILURES: Design = {
  delivery: { ...MAPPINGS.delivery, maxConcurrency: 50, isProvisioned: false },
  retry: { batchSize: 10, windowSeconds: 0, maxConcurrency: 20, isProvisioned: false },
  returnSeconds: () => LONGEST_RETURN_SECONDS,
  // The most that ADR 0011 found.
  heavyCpuMillis: 150,
  isByBehaviour: false,
  groups: { findings: 'all', deliveries: 'webhook' },
};

const BY_BEHAVIOUR: Design = {
  delivery: { ...BY_FAILURES.delivery, maxConcurrency: PRODUCTION_CONCURRENCY.delivery },
  retry: { batchSize: 50, windowSeconds: 1, maxConcurrency: 45, isProvisioned: false },
  returnSeconds,
  // As `npm run bench -- masking` measures it.
  heavyCpuMillis: 3,
  isByBehaviour: true,
  groups: { findings: 'tenant', deliveries: 'tenant' },
};

/** Each takes ten invocations at once (Lambda developer guide, "Configuring provisioned mode"). */
export const POLLERS = 25;
export const INVOCATIONS_PER_POLLER = 10;

const PROVISIONED: Design = {
  ...BY_BEHAVIOUR,
  delivery: { ...BY_BEHAVIOUR.delivery, maxConcurrency: POLLERS * INVOCATIONS_PER_POLLER, isProvisioned: true },
};

/** The first is version 0.1.0's. */
export const DESIGNS = {
  'by failures': BY_FAILURES,
  'by behaviour': BY_BEHAVIOUR,
  'by behaviour, provisioned pollers': PROVISIONED,
} satisfies Record<string, Design>;

/** Follows from how the retry queue is read: a batch of fifty is of no use without the rest of the design. */
export const DEPLOYED = MAPPINGS.retry.batchSize === BY_BEHAVIOUR.retry.batchSize ? 'by behaviour' : 'by failures';

export interface Receiver {
  /** What a POST that begins now comes to. */
  respond(now: number): { readonly millis: number; readonly isAccepted: boolean };
  /** Whether its response is long and its webhook has the largest secrets. */
  readonly isHeavy?: (now: number) => boolean;
}

/** What else there is beside receivers. */
export interface Surroundings {
  /** Whether `send` can reach a dependency without which it returns what it has received. */
  readonly isDown: (now: number) => boolean;
}

export interface Message {
  /** The finding's number. */
  readonly finding: number;
  readonly webhook: number;
  readonly tenant: number;
  readonly attempt: number;
  /** How often it was sent on. */
  readonly moves: number;
  /** How often it was received in vain since then. */
  readonly receives: number;
}

type GroupedBy = 'all' | 'tenant' | 'webhook';

const GROUPS: Readonly<Record<GroupedBy, (message: Message) => number>> = {
  all: () => 0,
  tenant: ({ tenant }) => tenant,
  webhook: ({ webhook }) => webhook,
};

export interface ServiceHooks {
  /** A POST begins. */
  readonly posted: (message: Message, at: number) => void;
  /** An invocation has ended. */
  readonly billed: (millis: number) => void;
}

/** From the publisher to the findings queue. */
const BUS_MILLIS = 20;
/** Of a batch: reads its tenants' webhooks, and sends its messages. */
const DISPATCH_MILLIS = 30;
const DISPATCH: SimulatedMappingSettings = {
  ...MAPPINGS.findings,
  maxConcurrency: PRODUCTION_CONCURRENCY.findings,
  isProvisioned: false,
};
/** Reads before the first POST, and the record after the last one. */
const READ_MILLIS = 10;
const RECORD_MILLIS = 10;
/** Until the SDK has given up a dependency that is down. */
const GIVES_UP_MILLIS = 1_000;
/** A function of 512 MB has 512 of the 1,769 MB with which it would have a whole CPU. */
const CPU_SHARE = 512 / 1_769;
/** Of an ordinary delivery on a kept connection, by the same bench. */
const CPU_MILLIS = 0.5;

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
  readonly #surroundings: Surroundings;
  readonly #findings: SimulatedMapping<Message>;
  readonly #delivery: SimulatedMapping<Message>;
  readonly #retry: SimulatedMapping<Message>;

  constructor(
    clock: VirtualClock,
    design: Design,
    receivers: readonly Receiver[],
    random: () => number,
    hooks: ServiceHooks,
    surroundings: Surroundings = { isDown: () => false },
  ) {
    this.#clock = clock;
    this.#design = design;
    this.#receivers = receivers;
    this.#health = receivers.map(() => ({ failuresInARow: 0 }));
    this.#random = random;
    this.#hooks = hooks;
    this.#surroundings = surroundings;
    const queueOf = (queue: keyof Design['groups']) => new FairQueue<Message>(GROUPS[design.groups[queue]]);
    this.#findings = new SimulatedMapping(clock, queueOf('findings'), DISPATCH, (batch, ended) =>
      this.#dispatch(batch, ended),
    );
    this.#delivery = new SimulatedMapping(clock, queueOf('deliveries'), design.delivery, (batch, ended) =>
      this.#receive(this.#delivery, batch, design.isByBehaviour, ended),
    );
    this.#retry = new SimulatedMapping(clock, queueOf('deliveries'), design.retry, (batch, ended) =>
      this.#receive(this.#retry, batch, false, ended),
    );
  }

  /** Findings that are published now, each for one webhook. */
  publish(findings: readonly Pick<Message, 'finding' | 'webhook' | 'tenant'>[]): void {
    this.#clock.at(this.#clock.now + BUS_MILLIS, () => {
      for (const finding of findings) {
        this.#findings.send({ ...finding, attempt: 1, moves: 0, receives: 0 });
      }
    });
  }

  #dispatch(batch: readonly Message[], ended: () => void): void {
    this.#clock.at(this.#clock.now + DISPATCH_MILLIS, () => {
      for (const message of batch) {
        (this.#isForRetryQueue(message.webhook) ? this.#retry : this.#delivery).send(message);
      }
      ended();
    });
  }

  #isForRetryQueue(webhook: number): boolean {
    const { failuresInARow, slowAt } = this.#healthOf(webhook);
    return failuresInARow >= FAILING_AFTER || (this.#design.isByBehaviour && slowAt !== undefined);
  }

  #healthOf(webhook: number): Health {
    return this.#health[webhook] as Health;
  }

  #receive(from: SimulatedMapping<Message>, batch: readonly Message[], sendsOn: boolean, ended: () => void): void {
    if (!this.#surroundings.isDown(this.#clock.now)) {
      this.#send(batch, sendsOn, ended);
      return;
    }
    this.#clock.at(this.#clock.now + GIVES_UP_MILLIS, () => {
      this.#hooks.billed(GIVES_UP_MILLIS);
      ended();
      for (const message of batch) {
        const receives = message.receives + 1;
        const comesBackAt = this.#clock.now + 1_000 * this.#design.returnSeconds(receives);
        this.#clock.at(comesBackAt, () => from.send({ ...message, receives }));
      }
    });
  }

  #send(batch: readonly Message[], sendsOn: boolean, ended: () => void): void {
    const startedAt = this.#clock.now;
    const isSentOn = (message: Message) => sendsOn && this.#isForRetryQueue(message.webhook);
    const posted = batch.filter((message) => !isSentOn(message));
    for (const message of batch.filter(isSentOn)) {
      const moved = { ...message, moves: message.moves + 1 };
      this.#clock.at(startedAt + READ_MILLIS, () => this.#retry.send(moved));
    }
    const postsAt = startedAt + READ_MILLIS + this.#cpuMillis(posted);
    const longest = posted.reduce((most, message) => Math.max(most, this.#post(message, postsAt)), 0);
    const endsAt = postsAt + longest + RECORD_MILLIS;
    this.#clock.at(endsAt, () => {
      this.#hooks.billed(endsAt - startedAt);
      ended();
    });
  }

  /** Of a whole batch: an invocation has one thread. As if all of it came before the POSTs, which is the worst case. */
  #cpuMillis(batch: readonly Message[]): number {
    const { now } = this.#clock;
    let millis = 0;
    for (const { webhook } of batch) {
      millis += this.#receivers[webhook]?.isHeavy?.(now) ? this.#design.heavyCpuMillis : CPU_MILLIS;
    }
    return millis / CPU_SHARE;
  }

  /** Returns how long it takes. */
  #post(message: Message, at: number): number {
    const receiver = this.#receivers[message.webhook] as Receiver;
    const { millis, isAccepted } = receiver.respond(at);
    this.#hooks.posted(message, at);
    const health = this.#healthOf(message.webhook);
    if (millis >= SLOW_MILLIS) {
      this.#clock.at(at + SLOW_MILLIS, () => {
        health.slowAt ??= this.#clock.now;
      });
    }
    this.#clock.at(at + millis, () => this.#judge(message, millis, isAccepted));
    return millis;
  }

  #judge(message: Message, millis: number, isAccepted: boolean): void {
    const health = this.#healthOf(message.webhook);
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
