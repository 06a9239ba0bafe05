import type { Clock } from '../../shared/runtime/clock.port.ts';

interface Scheduled {
  readonly at: number;
  readonly task: () => void;
}

/** Stands still until it is moved on. */
export class ManualClock implements Clock {
  #now: number;
  #scheduled: Scheduled[] = [];

  constructor(nowMillis = Date.UTC(2026, 10, 23, 10, 0, 5)) {
    this.#now = nowMillis;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMillis: number, task: () => void): () => void {
    const scheduled = { at: this.#now + delayMillis, task };
    this.#scheduled.push(scheduled);
    return () => {
      this.#scheduled = this.#scheduled.filter((other) => other !== scheduled);
    };
  }

  /** Runs what falls due on the way, in order. */
  moveOn(millis: number): void {
    const until = this.#now + millis;
    for (;;) {
      const [next] = this.#scheduled.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) {
        break;
      }
      this.#scheduled = this.#scheduled.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
    }
    this.#now = until;
  }
}
