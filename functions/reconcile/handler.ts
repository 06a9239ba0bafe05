/**
 * Every few minutes: finds deliveries whose chain of messages has broken off and sends what their rows still need. Then makes the
 * manifests that are due.
 */
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import { carryOn } from '../../shared/delivery/carry-on.flow.ts';
import { continuationEffects } from '../../shared/delivery/continuation.ts';
import type { WebhookKey } from '../../shared/delivery/due-deliveries.port.ts';
import { postpone } from '../../shared/delivery/postpone.ts';
import type { Invocation, ReconcileDependencies } from './dependencies.ts';
import { makeManifests } from './make-manifests.ts';

/** About 40 ms each, 20 side by side: 10 of the function's 30 s. A larger backlog is left to the next runs. */
export const MAX_PER_RUN = 5_000;
const SIDE_BY_SIDE = 20;

/** Nothing is begun with less: a row that is postponed but not sent waits for the next look. */
export const MIN_REMAINING_MILLIS = 10_000;

export function createHandler(deps: ReconcileDependencies) {
  const { due, log, telemetry, clock } = deps;

  return async (_event: unknown, invocation: Invocation): Promise<void> => {
    const hasTime = () => invocation.getRemainingTimeInMillis() >= MIN_REMAINING_MILLIS;
    try {
      const { deliveries, schedules } = await due.list(clock.now(), MAX_PER_RUN);
      const pushed = await sideBySide(deliveries, hasTime, pushOn);
      // Also when it is 0: an alarm must be able to distinguish silence from health.
      telemetry.count('deliveries.stuck', pushed.filter(Boolean).length);
      await sideBySide(schedules, hasTime, (key) => makeOrLeave(key, hasTime));
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

  /** The next run comes back to one that fails: its schedule has not moved. */
  async function makeOrLeave(key: WebhookKey, hasTime: () => boolean): Promise<void> {
    try {
      await makeManifests(deps, key, hasTime);
    } catch (error) {
      telemetry.count('delivery.left-stuck');
      telemetry.fail('manifest.unmade', { tenantId: key.tenantId, webhookId: key.webhookId }, error);
    }
  }
}

/** One that takes long holds up no other. */
async function sideBySide<Key, Result>(
  keys: readonly Key[],
  hasTime: () => boolean,
  work: (key: Key) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const left = keys.values();
  const workOff = async () => {
    for (const key of left) {
      if (!hasTime()) {
        return;
      }
      results.push(await work(key));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, workOff));
  return results;
}
