/** Decides, by the seed, what goes wrong and when. Once it is calm nothing does. */
import { count, type Fault, type Kind, type SimulatedDependency, type Tally } from './kinds.ts';
import type { Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Probabilities: of invocations for crashes, of receives for duplicates, else of calls. */
export interface FaultRates {
  readonly crash: number;
  readonly refusal: number;
  readonly lostResponse: number;
  readonly slow: number;
  readonly duplicateReceive: number;
  readonly lostDeletion: number;
}

export interface Outage {
  readonly dependency: SimulatedDependency;
  readonly from: number;
  readonly until: number;
}

/** How one call to a dependency ends. */
export type CallFate = 'done' | 'refused' | 'answer-lost' | 'left-out' | 'looks-like-conflict';

/** A lease of 35 s, a function of 30 s at most: two clocks may be less than 5 s apart. */
export const MOST_SKEW_MILLIS = 2_400;

const OUTAGE_MILLIS = 60 * 60 * 1000;
const DEPENDENCIES: readonly [SimulatedDependency, ...SimulatedDependency[]] = [
  'config-table',
  'delivery-log',
  'event-bus',
  'queue',
  'secret-store',
];

export class Mishaps {
  readonly #random: Random;
  readonly #clock: VirtualClock;
  readonly #tally: Tally;
  readonly #rates: FaultRates;
  readonly #outage: Outage | undefined;
  readonly #hasWrongClocks: boolean;
  isCalm = false;

  constructor(random: Random, clock: VirtualClock, tally: Tally) {
    this.#random = random;
    this.#clock = clock;
    this.#tally = tally;
    // Some runs are quiet, some stormy: faults that never meet each other prove little, and so do only storms.
    const storm = random.pick([0, 0.3, 1, 1, 2]);
    const upTo = (most: number) => storm * most * random.next();
    this.#rates = {
      crash: upTo(0.3),
      refusal: upTo(0.08),
      lostResponse: upTo(0.08),
      slow: upTo(0.05),
      duplicateReceive: upTo(0.35),
      lostDeletion: upTo(0.2),
    };
    this.#hasWrongClocks = random.chance(0.3);
    if (random.chance(0.3)) {
      const from = clock.now() + random.between(0, 12 * 60_000);
      this.#outage = { dependency: random.pick(DEPENDENCIES), from, until: from + OUTAGE_MILLIS };
      this.saw(`${this.#outage.dependency}: down for an hour`);
    }
  }

  saw(kind: Kind): void {
    count(this.#tally, kind);
  }

  /** When the outage ends, if this run has one. */
  get outageUntil(): number {
    return this.#outage?.until ?? 0;
  }

  isDown(dependency: SimulatedDependency): boolean {
    const now = this.#clock.now();
    return this.#outage?.dependency === dependency && now >= this.#outage.from && now < this.#outage.until;
  }

  /** `special` is what else may become of this kind of call. */
  fateOf(dependency: SimulatedDependency, special?: 'left-out' | 'looks-like-conflict'): CallFate {
    if (this.isDown(dependency) || this.#happens(this.#rates.refusal)) {
      this.saw(`${dependency}: refused`);
      return 'refused';
    }
    if (this.#happens(this.#rates.lostResponse)) {
      this.saw(`${dependency}: answer lost`);
      return 'answer-lost';
    }
    return special !== undefined && this.#happens(this.#rates.refusal + this.#rates.lostResponse) ? special : 'done';
  }

  /** After how many calls an invocation dies. */
  callsUntilCrash(): number {
    return this.#happens(this.#rates.crash) ? this.#random.between(1, 12) : Number.POSITIVE_INFINITY;
  }

  /** Of an invocation's clock; no two are further apart than a lease outlives a function. */
  skewMillis(): number {
    if (!this.#hasWrongClocks || this.isCalm) {
      return 0;
    }
    this.saw('clock: wrong by seconds');
    return this.#random.between(-MOST_SKEW_MILLIS, MOST_SKEW_MILLIS);
  }

  latencyMillis(): number {
    if (this.#happens(this.#rates.slow)) {
      this.saw('slow answer');
      return this.#random.between(3_000, 25_000);
    }
    return this.#random.between(1, 25);
  }

  isReceivedTwice(): boolean {
    return this.#counted('duplicate receive', this.#rates.duplicateReceive);
  }

  isDeletionLost(): boolean {
    return this.isDown('queue') || this.#counted('deletion lost', this.#rates.lostDeletion);
  }

  isResponseOfApiLost(): boolean {
    return this.#counted('api: answer lost on its way', this.#rates.lostResponse);
  }

  #counted(fault: Fault, probability: number): boolean {
    const happens = this.#happens(probability);
    if (happens) {
      this.saw(fault);
    }
    return happens;
  }

  #happens(probability: number): boolean {
    return !this.isCalm && this.#random.chance(probability);
  }
}
