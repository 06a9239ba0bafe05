/** One batch of findings: parse, look up each tenant's webhooks once, apply the alert rules, enqueue every match. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { giveBack } from '../../shared/delivery/give-back.flow.ts';
import type { PlannedDelivery } from '../../shared/delivery/plan-deliveries.ts';
import { type Batch, type DispatchDependencies, openBatch } from './batch.ts';
import { countUnread } from './count-unread.ts';
import { planOrSetAside } from './plan-record.ts';

/** The deliveries that a record asks for: it may be acknowledged once all of them are on the queue. */
interface Planned {
  readonly messageId: string;
  readonly deliveries: readonly PlannedDelivery[];
}

export function createHandler(deps: DispatchDependencies) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const batch = openBatch(deps);
    const { telemetry, unreadBodies, webhooksOf } = batch;
    const failures = new Set<string>();
    const planned: Planned[] = [];
    await Promise.all(
      event.Records.map(async (record) => {
        const { messageId } = record;
        try {
          const deliveries = await planOrSetAside(batch, record);
          if (deliveries === undefined) {
            failures.add(messageId);
          } else {
            planned.push({ messageId, deliveries });
          }
        } catch (error) {
          telemetry.fail('finding.returned', { messageId }, error);
          failures.add(messageId);
        }
      }),
    );
    for (const messageId of await enqueue(batch, planned)) {
      failures.add(messageId);
    }
    await countUnread(deps, unreadBodies, async (tenantId) => (await webhooksOf(tenantId)).length > 0);
    const returned = event.Records.filter(({ messageId }) => failures.has(messageId));
    const messageIds = await giveBack(
      deps,
      returned.map((record) => ({ record })),
    );
    if (messageIds.length > 0) {
      telemetry.count('item.returned', messageIds.length);
    }
    telemetry.flush();
    return { batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** Answers the messages of which a delivery may not have reached its queue. */
async function enqueue({ queues, telemetry }: Batch, planned: readonly Planned[]): Promise<readonly string[]> {
  const deliveries = planned.flatMap((record) => record.deliveries);
  if (deliveries.length === 0) {
    return [];
  }
  try {
    const refused = await queues.enqueueAll(deliveries);
    telemetry.count('delivery.planned', deliveries.length - refused.size);
    return messageIdsOf(planned, (delivery) => refused.has(delivery));
  } catch (error) {
    telemetry.fail('deliveries.unqueued', { deliveries: deliveries.length }, error);
    return messageIdsOf(planned, () => true);
  }
}

function messageIdsOf(planned: readonly Planned[], concerns: (delivery: PlannedDelivery) => boolean): string[] {
  return planned.filter(({ deliveries }) => deliveries.some(concerns)).map(({ messageId }) => messageId);
}
