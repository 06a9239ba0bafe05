/** What the deliveries of one batch share: the ports, the webhooks' health, the first successes and the time left. */
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { Invocation, SendDependencies } from './dependencies.ts';
import { type FirstSuccesses, openFirstSuccesses } from './first-successes.ts';
import { followHealth, type HealthFollowing } from './health.ts';

export interface Batch extends Omit<SendDependencies, 'reader' | 'poison' | 'health' | 'returns' | 'deliveryQueueUrl'> {
  readonly health: HealthFollowing;
  readonly firstSuccesses: FirstSuccesses;
  /** True if an attempt that begins now could end unrecorded. */
  isShortOfTime(): boolean;
}

/** The attempt's 10 s, and 5 s to record the outcome. */
export const MIN_REMAINING_MILLIS = 15_000;

export function openBatch(deps: SendDependencies, invocation: Invocation, deliveries: readonly DeliveryKey[]): Batch {
  const { reader: _reader, poison: _poison, returns: _returns, deliveryQueueUrl: _url, ...ports } = deps;
  return {
    ...ports,
    health: followHealth(deps.health, deps.clock),
    firstSuccesses: openFirstSuccesses(deps.log, deps.clock, deliveries),
    isShortOfTime: () => invocation.getRemainingTimeInMillis() < MIN_REMAINING_MILLIS,
  };
}
