/** Time that passes only from one event to the next, as fast as the handlers can think. */
import type { Clock } from '../../../shared/runtime/clock.port.ts';

interface Timer {
  readonly at: number;
  /** Of two timers for one instant the elder goes first. */
  readonly order: number;
  readonly task: () => void;
  isCancelled: boolean;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** A binary heap, the next timer first. */
  readonly #timers: Timer[] = [];

  constructor(nowMillis: number) {
    this.#now = nowMillis;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMillis: number, task: () => void): () => void {
    this.#order += 1;
    const timer: Timer = { at: this.#now + Math.max(0, delayMillis), order: this.#order, task, isCancelled: false };
    this.#add(timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  sleep(millis: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(millis, resolve);
    });
  }

  /** Runs timer after timer for as long as `goesOn`. After each, everything that awaited it runs until it waits again. */
  async run(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const timer = this.#take();
      if (timer === undefined) {
        return;
      }
      if (!timer.isCancelled) {
        this.#now = timer.at;
        timer.task();
        await allReactions();
      }
    }
  }

  #add(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.push(timer) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = timers[above] as Timer;
      if (isBefore(parent, timer)) {
        break;
      }
      timers[index] = parent;
      index = above;
    }
    timers[index] = timer;
  }

  #take(): Timer | undefined {
    const timers = this.#timers;
    const first = timers[0];
    const last = timers.pop();
    if (first === undefined || last === undefined || timers.length === 0) {
      return first;
    }
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= timers.length) {
        break;
      }
      if (child + 1 < timers.length && isBefore(timers[child + 1] as Timer, timers[child] as Timer)) {
        child += 1;
      }
      const smaller = timers[child] as Timer;
      if (isBefore(last, smaller)) {
        break;
      }
      timers[index] = smaller;
      index = child;
    }
    timers[index] = last;
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Node runs a tick only when no promise has a reaction left to run. */
function allReactions(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
