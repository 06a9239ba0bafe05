/** Ctrl-C and `kill` end a local system in order, and then the process. */

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** `cleanUp` runs first: it must not wait for anything. A second signal does not wait for the first one's work. */
export function endWith(system: { stop(): Promise<void> }, cleanUp: () => void = () => {}): void {
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.once(signal, async () => {
      cleanUp();
      await system.stop();
      // As shells report a process that a signal ended.
      process.exit(128 + number);
    });
  }
}
