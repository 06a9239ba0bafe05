/** How a process that runs a local system ends: in order, by Ctrl-C, by `kill`, or when a part of the system stays down. */
import type { LocalSystem } from './local-system.ts';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** `cleanUp` runs first: it must not wait for anything. A second signal does not wait for the first one's work. */
export function endWith(system: Pick<LocalSystem, 'failure' | 'stop'>, cleanUp: () => void = () => {}): void {
  const end = async (exitCode: number) => {
    cleanUp();
    await system.stop();
    process.exit(exitCode);
  };
  for (const [signal, number] of Object.entries(SIGNALS)) {
    // As shells report a process that a signal ended.
    process.once(signal, () => end(128 + number));
  }
  void system.failure.then((error) => {
    console.error(error.message);
    return end(1);
  });
}
