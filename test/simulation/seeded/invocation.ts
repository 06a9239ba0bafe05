/** One run of a function: what it was given, what it has read and done, and whether it is still alive. */
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import type { Clock } from '../../../shared/runtime/clock.port.ts';
import type { DeliveryId } from '../../../shared/runtime/ids.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../shared/topology/queues.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type Death = 'crash before an effect' | 'crash after an effect' | 'killed at the function timeout';

/** What a worker knows of one delivery, because a port told it so. */
export interface Knowledge {
  row: DeliveryRow | undefined;
  webhook: Webhook | undefined;
  hasReadDelivered: boolean;
  /** POSTs that were answered and are not on record yet. */
  unrecorded: number;
}

export class Invocation {
  readonly name: string;
  readonly startedAt: number;
  readonly messages: ReadonlyMap<DeliveryId, DeliveryMessage>;
  readonly known = new Map<DeliveryId, Knowledge>();
  readonly leases = new Set<string>();
  /** Turns that it has taken and not used, by webhook. */
  readonly turns = new Map<string, number[]>();
  #clock: VirtualClock;
  /** How far its clock is from the right one. */
  readonly #skewMillis: number;
  #callsLeft: number;
  #isOver = false;
  #onDeath: (death: Death) => void;

  constructor(
    name: string,
    clock: VirtualClock,
    messages: readonly DeliveryMessage[],
    { callsUntilCrash, skewMillis }: { readonly callsUntilCrash: number; readonly skewMillis: number },
    onDeath: (death: Death) => void,
  ) {
    this.name = name;
    this.startedAt = clock.now();
    this.messages = new Map(messages.map((message) => [message.deliveryId, message]));
    this.#clock = clock;
    this.#callsLeft = callsUntilCrash;
    this.#skewMillis = skewMillis;
    this.#onDeath = onDeath;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get remainingMillis(): number {
    return this.startedAt + FUNCTION_TIMEOUT_SECONDS * 1000 - this.#clock.now();
  }

  /** By its own clock. */
  get now(): number {
    return this.#clock.now() + this.#skewMillis;
  }

  /** Time as it passes for this worker: nothing that it scheduled happens once it is dead. */
  get clock(): Clock {
    const clock = this.#clock;
    return {
      now: () => this.now,
      schedule: (delayMillis, task) => clock.schedule(delayMillis, () => (this.#isOver ? undefined : task())),
    };
  }

  /** True if this call is the one that it dies with. */
  spendCall(): boolean {
    this.#callsLeft -= 1;
    return this.#callsLeft <= 0;
  }

  knowledgeOf(deliveryId: DeliveryId): Knowledge {
    const known = this.known.get(deliveryId) ?? {
      row: undefined,
      webhook: undefined,
      hasReadDelivered: false,
      unrecorded: 0,
    };
    this.known.set(deliveryId, known);
    return known;
  }

  hasRead(deliveryId: DeliveryId, row: DeliveryRow | undefined): void {
    const known = this.knowledgeOf(deliveryId);
    known.row = row;
    known.hasReadDelivered ||= row?.status === 'delivered';
  }

  end(): void {
    this.#isOver = true;
  }

  die(death: Death): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#onDeath(death);
    }
  }
}
