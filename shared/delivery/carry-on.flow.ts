/** Does what a row still needs, over the queues, the bus and the log. It decides nothing: the effects are data. */
import type { Clock } from '../runtime/clock.port.ts';
import type { Announcer } from './announcer.port.ts';
import { markRedriveMessageSent } from './continuation.ts';
import type { DeliveryLog } from './delivery-log.port.ts';
import type { RedriveQueue, RetryQueue } from './delivery-queues.port.ts';
import type { ContinuationEffect } from './effect.ts';
import { hopSeconds } from './retry-policy.ts';

export interface ContinuationPorts {
  readonly announcer: Announcer;
  readonly retryQueue: RetryQueue;
  readonly redriveQueue: RedriveQueue;
  readonly log: DeliveryLog;
  readonly clock: Clock;
}

/** Rejects if the effect failed: nothing after it may happen. */
export async function carryOn(ports: ContinuationPorts, effect: ContinuationEffect): Promise<void> {
  const { announcer, retryQueue, redriveQueue, log, clock } = ports;
  switch (effect.kind) {
    case 'announce':
      return announcer.announce(effect.tenantId, effect.announcement);
    case 'enqueue-retry': {
      const { message, dueAt } = effect;
      return retryQueue.enqueueRetry(message.tenantId, message, hopSeconds(dueAt, clock.now()));
    }
    case 'send-redrive-message':
      return redriveQueue.sendRedriveMessage(effect.message.tenantId, effect.message);
    case 'mark-redrive-message-sent':
      // Refused if another worker has marked it or a new retry cycle has begun: then nothing is owed.
      await log.write(effect.row.tenantId, markRedriveMessageSent(effect.row, clock.now()));
  }
}
