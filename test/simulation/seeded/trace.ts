/** What happened in one run, for the one who has to understand a failure. */
import type { VirtualClock } from './virtual-clock.ts';

interface Entry {
  readonly at: number;
  readonly about: string;
  readonly text: string;
}

const LINES_SHOWN = 40;

export class Trace {
  readonly #entries: Entry[] = [];
  readonly #clock: VirtualClock;
  readonly #startedAt: number;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** `about` is the id of what it happened to. */
  note(about: string, text: string): void {
    this.#entries.push({ at: this.#clock.now(), about, text });
  }

  /** The latest of what happened to one thing, with its seconds since the start. */
  of(about: string): readonly string[] {
    return this.#entries
      .filter((entry) => entry.about === about)
      .slice(-LINES_SHOWN)
      .map(({ at, text }) => `${((at - this.#startedAt) / 1000).toFixed(3).padStart(10)} s  ${text}`);
  }
}
