/**
 * What a batch has planned, handed on: events are listed for the webhooks whose receivers read them, then the deliveries are
 * queued. In this order, so that a receiver finds in the list whatever it was sent.
 */
import { listEvents } from '../../shared/delivery/list-events.flow.ts';
import { isSent, type PlannedDelivery } from '../../shared/delivery/plan-deliveries.ts';
import type { Batch } from './batch.ts';

/** The deliveries that a record asks for: it may be acknowledged once all of them are listed and on the queue. */
export interface Planned {
  readonly messageId: string;
  readonly deliveries: readonly PlannedDelivery[];
}

/** Resolves to the messages of which a delivery may not be listed, or not be on the queue. */
export async function handOn(batch: Batch, planned: readonly Planned[]): Promise<readonly string[]> {
  const unlisted = await list(batch, planned);
  const listed = planned.filter(({ messageId }) => !unlisted.includes(messageId));
  return [...unlisted, ...(await enqueue(batch, listed))];
}

async function list({ events, clock, telemetry }: Batch, planned: readonly Planned[]): Promise<readonly string[]> {
  const deliveries = planned.flatMap((record) => record.deliveries);
  try {
    const unlisted = await listEvents({ events, clock }, deliveries);
    return messageIdsOf(planned, (delivery) => unlisted.has(delivery));
  } catch (error) {
    telemetry.fail('events.unlisted', { deliveries: deliveries.length }, error);
    return messageIdsOf(planned, ({ pull }) => pull !== undefined);
  }
}

async function enqueue({ queues, telemetry }: Batch, planned: readonly Planned[]): Promise<readonly string[]> {
  const deliveries = planned.flatMap((record) => record.deliveries).filter(isSent);
  if (deliveries.length === 0) {
    return [];
  }
  try {
    const refused = await queues.enqueueAll(deliveries);
    telemetry.count('delivery.planned', deliveries.length - refused.size);
    return messageIdsOf(planned, (delivery) => refused.has(delivery));
  } catch (error) {
    telemetry.fail('deliveries.unqueued', { deliveries: deliveries.length }, error);
    return messageIdsOf(planned, isSent);
  }
}

function messageIdsOf(planned: readonly Planned[], concerns: (delivery: PlannedDelivery) => boolean): string[] {
  return planned.filter(({ deliveries }) => deliveries.some(concerns)).map(({ messageId }) => messageId);
}
