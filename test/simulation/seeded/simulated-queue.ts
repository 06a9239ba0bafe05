/** An SQS standard queue: delay, visibility, no order, at least once, redrive after too many receives. */
import type { Mishaps } from './mishaps.ts';
import type { Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

interface Stored {
  readonly messageId: string;
  readonly body: string;
  visibleAt: number;
  receives: number;
}

export interface Received {
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
  /** Handed out although an earlier receive is under way or was acknowledged. */
  readonly isDuplicate: boolean;
}

export interface QueueSettings {
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  readonly batchSize: number;
  /** Takes what was received too often. */
  readonly redrive: (body: string) => void;
}

export class SimulatedQueue {
  readonly name: string;
  readonly #stored = new Map<string, Stored>();
  /** Receives whose successor will be a duplicate. */
  readonly #twice = new Set<string>();
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #mishaps: Mishaps;
  readonly #settings: QueueSettings;
  #sent = 0;
  readonly everSent: string[] = [];
  /** Told when a message can next be received. */
  onVisible: (at: number) => void = () => {};

  constructor(name: string, clock: VirtualClock, random: Random, mishaps: Mishaps, settings: QueueSettings) {
    this.name = name;
    this.#clock = clock;
    this.#random = random;
    this.#mishaps = mishaps;
    this.#settings = settings;
  }

  get size(): number {
    return this.#stored.size;
  }

  bodies(): readonly string[] {
    return [...this.#stored.values()].map(({ body }) => body);
  }

  send(body: string, delaySeconds = 0): void {
    this.#sent += 1;
    this.everSent.push(body);
    const messageId = `${this.name}-${this.#sent}`;
    const visibleAt = this.#clock.now() + delaySeconds * 1000;
    this.#stored.set(messageId, { messageId, body, visibleAt, receives: 0 });
    this.onVisible(visibleAt);
  }

  /** Some of what is visible, in any order. */
  receive(): readonly Received[] {
    const now = this.#clock.now();
    const visible = [...this.#stored.values()].filter(({ visibleAt }) => visibleAt <= now);
    const { batchSize } = this.#settings;
    const batch = this.#random.shuffled(visible).slice(0, this.#random.between(Math.ceil(batchSize / 2), batchSize));
    return batch.map((stored) => this.#handOut(stored)).filter((received) => received !== undefined);
  }

  delete(messageId: string): void {
    if (this.#mishaps.isDeletionLost()) {
      this.#twice.add(messageId);
      const stored = this.#stored.get(messageId);
      this.onVisible(stored?.visibleAt ?? 0);
      return;
    }
    this.#stored.delete(messageId);
  }

  /** Changes the visibility timeout of a message that was received. */
  hide(messageId: string, seconds: number): void {
    const stored = this.#stored.get(messageId);
    if (stored !== undefined) {
      stored.visibleAt = this.#clock.now() + seconds * 1000;
      this.onVisible(stored.visibleAt);
    }
  }

  /** Not deleted: it shows again when its visibility timeout ends. */
  release(messageId: string): void {
    const stored = this.#stored.get(messageId);
    if (stored !== undefined) {
      this.onVisible(stored.visibleAt);
    }
  }

  #handOut(stored: Stored): Received | undefined {
    const { messageId, body } = stored;
    if (stored.receives >= this.#settings.maxReceiveCount) {
      this.#stored.delete(messageId);
      this.#settings.redrive(body);
      return undefined;
    }
    stored.receives += 1;
    const isDuplicate = this.#twice.delete(messageId);
    let receiveCount = stored.receives;
    // Twice and no more: a message that came back every second would use up its receives in minutes.
    if (!isDuplicate && this.#mishaps.isReceivedTwice()) {
      // Another of the queue's servers still shows it; its count may not know of this receive.
      this.#twice.add(messageId);
      stored.visibleAt = this.#clock.now() + this.#random.between(0, 4_000);
      this.onVisible(stored.visibleAt);
    } else {
      stored.visibleAt = this.#clock.now() + this.#settings.visibilitySeconds * 1000;
    }
    if (isDuplicate && receiveCount === 2 && this.#random.chance(0.3)) {
      receiveCount = 1;
    }
    return { messageId, body, receiveCount, isDuplicate };
  }
}
