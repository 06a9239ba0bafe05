/** Ends work that would never end, so that a test of it goes red instead of standing still. */
import { runInNewContext } from 'node:vm';

/** Work that grows with its input takes milliseconds here, work that grows with its square or worse takes minutes. */
const ENOUGH_MILLIS = 10_000;

/** What `work` returns. Throws if it takes far too long; also within a regular expression. */
export function inTime<Value>(work: () => Value): Value {
  return runInNewContext('work()', { work }, { timeout: ENOUGH_MILLIS });
}
