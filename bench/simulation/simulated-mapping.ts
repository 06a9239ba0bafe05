/** Lambda's event source mapping on a simulated clock: batches, windows, and a concurrency that grows while messages wait. */
import type { MappingShape } from '../../shared/topology/mappings.ts';
import type { FairQueue } from './fair-queue.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedMappingSettings extends MappingShape {
  readonly maxConcurrency: number;
  /** Whether all of the concurrency is there from the start, as with provisioned pollers. */
  readonly isProvisioned: boolean;
}

/** Lambda begins with five invocations and adds five a second while messages wait (AWS Lambda guide, SQS scaling). */
const FIRST_CONCURRENCY = 5;
const GROWTH_PER_SECOND = 5;
const SECOND = 1_000;

export class SimulatedMapping<Message> {
  readonly #clock: VirtualClock;
  readonly #queue: FairQueue<Message>;
  readonly #settings: SimulatedMappingSettings;
  readonly #invoke: (batch: readonly Message[], ended: () => void) => void;
  #concurrency: number;
  #underWay = 0;
  #wakesAt = Number.POSITIVE_INFINITY;

  /** `invoke` calls `ended` when the invocation has, by then with its messages handled. */
  constructor(
    clock: VirtualClock,
    queue: FairQueue<Message>,
    settings: SimulatedMappingSettings,
    invoke: (batch: readonly Message[], ended: () => void) => void,
  ) {
    this.#clock = clock;
    this.#queue = queue;
    this.#settings = settings;
    this.#invoke = invoke;
    const { isProvisioned, maxConcurrency } = settings;
    this.#concurrency = isProvisioned ? maxConcurrency : Math.min(FIRST_CONCURRENCY, maxConcurrency);
    if (!isProvisioned) {
      clock.at(SECOND, () => this.#adapt());
    }
  }

  send(message: Message): void {
    this.#queue.send(message, this.#clock.now);
    this.#poll();
  }

  #poll(): void {
    while (this.#underWay < this.#concurrency && this.#isBatchReady()) {
      const batch = this.#queue.receive(this.#settings.batchSize);
      this.#underWay += 1;
      this.#invoke(batch, () => {
        this.#underWay -= 1;
        for (const message of batch) {
          this.#queue.delete(message);
        }
        this.#poll();
      });
    }
  }

  #isBatchReady(): boolean {
    const { batchSize, windowSeconds } = this.#settings;
    const oldestAt = this.#queue.oldestAt();
    if (oldestAt === undefined) {
      return false;
    }
    const closesAt = oldestAt + windowSeconds * SECOND;
    if (this.#queue.size >= batchSize || closesAt <= this.#clock.now) {
      return true;
    }
    if (closesAt < this.#wakesAt) {
      this.#wakesAt = closesAt;
      this.#clock.at(closesAt, () => {
        this.#wakesAt = Number.POSITIVE_INFINITY;
        this.#poll();
      });
    }
    return false;
  }

  #adapt(): void {
    if (this.#underWay >= this.#concurrency && this.#queue.size > 0) {
      this.#concurrency = Math.min(this.#concurrency + GROWTH_PER_SECOND, this.#settings.maxConcurrency);
    } else if (this.#underWay < this.#concurrency - GROWTH_PER_SECOND) {
      this.#concurrency = Math.max(this.#concurrency - GROWTH_PER_SECOND, FIRST_CONCURRENCY);
    }
    this.#clock.at(this.#clock.now + SECOND, () => this.#adapt());
    this.#poll();
  }
}
