/**
 * BatchGetItem and BatchWriteItem answer 200 and leave out what they were too busy for (AWS: `UnprocessedKeys`,
 * `UnprocessedItems`). The rest is asked for again, with growing pauses; what is still open then goes back to the caller.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** 50 + 100 + 200 + 400 ms: under the time that an invocation can spare. */
const PAUSES_MILLIS = [50, 100, 200, 400];

/** `attempt` does as much as it can of what is open and answers what is left. */
export async function finishBatch<Request>(
  requests: readonly Request[],
  attempt: (open: Request[]) => Promise<readonly Request[]>,
): Promise<readonly Request[]> {
  // AWS refuses a batch of nothing.
  if (requests.length === 0) {
    return [];
  }
  let open = await attempt([...requests]);
  for (const pauseMillis of PAUSES_MILLIS) {
    if (open.length === 0) {
      break;
    }
    await pause(pauseMillis);
    open = await attempt([...open]);
  }
  return open;
}
