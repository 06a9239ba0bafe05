/** What the deliveries of one batch share: the ports, the webhooks' health, the first successes and the time left. */
import type { DeliveryKey } from '../../shared/delivery/batch-reader.port.ts';
import type { WebhookUpdates } from '../../shared/webhook/webhook-store.port.ts';
import type { Invocation, SendDependencies } from './dependencies.ts';
import { type FirstSuccesses, openFirstSuccesses } from './first-successes.ts';
import { followHealth, type HealthFollowing } from './health.ts';
import { type Digests, openDigests } from './open-digests.ts';
import { openTurnTaking, type TurnTaking } from './turns.ts';

export interface Batch extends Omit<SendDependencies, 'reader' | 'poison' | 'health' | 'returns' | 'deliveryQueueUrl'> {
  readonly webhooks: WebhookUpdates;
  readonly health: HealthFollowing;
  readonly firstSuccesses: FirstSuccesses;
  readonly turns: TurnTaking;
  readonly digests: Digests;
  /** True if an attempt that begins now could end unrecorded. */
  isShortOfTime(): boolean;
}

/** The attempt's 10 s, and 5 s to record the outcome. */
export const MIN_REMAINING_MILLIS = 15_000;

export function openBatch(deps: SendDependencies, invocation: Invocation, deliveries: readonly DeliveryKey[]): Batch {
  const { reader: _reader, poison: _poison, returns: _returns, deliveryQueueUrl: _url, ...ports } = deps;
  return {
    ...ports,
    webhooks: deps.health,
    health: followHealth(deps.health, deps.clock),
    turns: openTurnTaking(deps),
    digests: openDigests(deps),
    firstSuccesses: openFirstSuccesses(deps.log, deps.clock, deliveries),
    isShortOfTime: () => invocation.getRemainingTimeInMillis() < MIN_REMAINING_MILLIS,
  };
}
