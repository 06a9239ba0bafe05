/**
 * How a process that runs a local system ends: in order, by Ctrl-C, by `kill`, with the npm that started it, or when a part
 * of the system stays down.
 */
import type { LocalSystem } from './local-system.ts';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** npm ends on SIGHUP and SIGKILL without a word to this process, which then has another parent. */
const LOOK_FOR_PARENT_EVERY_MILLIS = 500;

/** When the module is loaded: npm may end while the system is still starting. */
const PARENT_PID = process.ppid;

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
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const looking = setInterval(() => {
      if (process.ppid !== PARENT_PID) {
        clearInterval(looking);
        void end(128 + SIGNALS.SIGHUP);
      }
    }, LOOK_FOR_PARENT_EVERY_MILLIS).unref();
  }
  void system.failure.then((error) => {
    console.error(error.message);
    return end(1);
  });
}
