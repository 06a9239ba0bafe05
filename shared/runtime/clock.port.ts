/** Time as something that is handed in, so that tests and the simulation can own it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `task` once after `delayMillis`; the response takes it back. */
  schedule(delayMillis: number, task: () => void): () => void;
}
