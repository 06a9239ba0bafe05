/** Waits until everything that was published has arrived. */
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordingReceiver } from './receiver-process.ts';

const LOOK_EVERY_MILLIS = 20;
const PATIENCE_MILLIS = 120_000;

/** Throws if fewer arrive: a measurement of a part would flatter. */
export async function whenArrived(receiver: Pick<RecordingReceiver, 'count'>, findings: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLIS;
  for (let arrived = await receiver.count(); arrived < findings; arrived = await receiver.count()) {
    if (performance.now() > deadline) {
      throw new Error(`${findings - arrived} of ${findings} findings did not arrive`);
    }
    await pause(LOOK_EVERY_MILLIS);
  }
}
