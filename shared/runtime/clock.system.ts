/** The machine's own time. */
import type { Clock } from './clock.port.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMillis, task) {
    const timer = setTimeout(task, delayMillis);
    return () => clearTimeout(timer);
  },
};
