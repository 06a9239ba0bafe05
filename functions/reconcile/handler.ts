/** Every few minutes: finds deliveries whose chain of messages has broken off and sends what their rows still need. */
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import { type ContinuationPorts, carryOn } from '../../shared/delivery/carry-on.flow.ts';
import { continuationEffects } from '../../shared/delivery/continuation.ts';
import type { DueDeliveries } from '../../shared/delivery/due-deliveries.port.ts';
import { postpone } from '../../shared/delivery/postpone.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';

export interface ReconcileDependencies extends ContinuationPorts {
  readonly due: DueDeliveries;
  readonly telemetry: Telemetry<'reconcile'>;
}

/** About 40 ms each, 20 side by side: 10 of the function's 30 s. A larger backlog is left to the next runs. */
export const MAX_PER_RUN = 5_000;
const SIDE_BY_SIDE = 20;

/** Nothing is begun with less: a row that is postponed but not sent waits for the next look. */
export const MIN_REMAINING_MILLIS = 10_000;

export interface Invocation {
  getRemainingTimeInMillis(): number;
}

export function createHandler(deps: ReconcileDependencies) {
  const { due, log, telemetry, clock } = deps;

  return async (_event: unknown, invocation: Invocation): Promise<void> => {
    try {
      const keys = await due.list(clock.now(), MAX_PER_RUN);
      let stuck = 0;
      for (let start = 0; start < keys.length; start += SIDE_BY_SIDE) {
        if (invocation.getRemainingTimeInMillis() < MIN_REMAINING_MILLIS) {
          break;
        }
        const pushed = await Promise.all(keys.slice(start, start + SIDE_BY_SIDE).map(pushOn));
        stuck += pushed.filter(Boolean).length;
      }
      // Also when it is 0: an alarm must be able to distinguish silence from health.
      telemetry.count('deliveries.stuck', stuck);
    } finally {
      telemetry.flush();
    }
  };

  /** True if this delivery was stuck and is on its way again. One that fails is left to its next look. */
  async function pushOn({ tenantId, webhookId, deliveryId }: DeliveryKey): Promise<boolean> {
    try {
      const row = await log.find(tenantId, webhookId, deliveryId);
      const change = row && postpone(row, clock.now());
      if (change === undefined || (await log.write(tenantId, change)) === 'conflict') {
        return false;
      }
      for (const effect of continuationEffects(change.row)) {
        await carryOn(deps, effect);
      }
      return true;
    } catch (error) {
      telemetry.count('delivery.left-stuck');
      telemetry.fail('delivery.left-stuck', { tenantId, deliveryId }, error);
      return false;
    }
  }
}
