/** The digests that are open: found by their name, or opened with it. */
import { continuationOf } from '../../shared/delivery/continuation.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { RetryQueue } from '../../shared/delivery/delivery-queues.port.ts';
import { type DigestName, openDigest } from '../../shared/delivery/digest.ts';
import { hopSeconds } from '../../shared/delivery/retry-policy.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';

/** The digests that deliveries of one batch wait for: each is looked for once. */
export interface Digests {
  /** Its row; one that does not exist is opened, and its message sent. */
  of(row: Pick<DeliveryRow, 'tenantId' | 'webhookId'>, name: DigestName): Promise<DeliveryRow>;
}

interface Ports {
  readonly log: DeliveryLog;
  readonly retryQueue: RetryQueue;
  readonly clock: Clock;
}

export function openDigests(ports: Ports): Digests {
  const known = new Map<string, Promise<DeliveryRow>>();
  return {
    of({ tenantId, webhookId }, name) {
      const key = `${tenantId}#${webhookId}#${name.digestId}`;
      const found = known.get(key) ?? findOrOpen(ports, { tenantId, webhookId }, name);
      known.set(key, found);
      return found;
    },
  };
}

/** The row first: it says that there is a digest, so that one worker alone sends its message, or the reconciler. */
async function findOrOpen(
  { log, retryQueue, clock }: Ports,
  { tenantId, webhookId }: Pick<DeliveryRow, 'tenantId' | 'webhookId'>,
  name: DigestName,
): Promise<DeliveryRow> {
  const found = await log.find(tenantId, webhookId, name.digestId);
  if (found !== undefined) {
    return found;
  }
  const change = openDigest(tenantId, webhookId, name, clock.now());
  if ((await log.write(tenantId, change)) === 'written') {
    const { row } = change;
    const delaySeconds = hopSeconds(row.nextAttemptAt ?? name.endsAt, clock.now());
    await retryQueue.enqueueRetry(tenantId, continuationOf(row), delaySeconds);
    return row;
  }
  const opened = await log.find(tenantId, webhookId, name.digestId);
  if (opened === undefined) {
    throw new DependencyUnavailable('delivery-log', 'open a digest', 'it is there, and cannot be read');
  }
  return opened;
}
