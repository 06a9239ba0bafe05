/** What a long run shows meanwhile: a line a second to a person at a terminal, and one every ten seconds to a log. */

export interface Progress {
  /** Shows the text unless one was shown a moment ago. */
  step(text: string): void;
  /** Shows the text in any case: the end of a part of the run. */
  done(text: string): void;
}

const TERMINAL_EVERY_MILLIS = 1_000;
const LOG_EVERY_MILLIS = 10_000;

export interface ProgressOptions {
  readonly isTerminal: boolean;
  readonly say: (text: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createProgress({ isTerminal, say, now }: ProgressOptions): Progress {
  const everyMillis = isTerminal ? TERMINAL_EVERY_MILLIS : LOG_EVERY_MILLIS;
  const startedAt = now();
  let saidAt = startedAt;
  const show = (text: string) => {
    saidAt = now();
    say(`${((saidAt - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  };
  return {
    step(text) {
      if (now() - saidAt >= everyMillis) {
        show(text);
      }
    },
    done: show,
  };
}

export const SILENT: Progress = { step: () => {}, done: () => {} };
