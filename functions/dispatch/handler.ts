/** One batch of findings: parse, look up each tenant's webhooks once, apply the alert rules, list and enqueue every match. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { giveBack } from '../../shared/delivery/give-back.flow.ts';
import { type DispatchDependencies, openBatch } from './batch.ts';
import { countUnread } from './count-unread.ts';
import { handOn, type Planned } from './hand-on.ts';
import { planOrSetAside } from './plan-record.ts';

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
    for (const messageId of await handOn(batch, planned)) {
      failures.add(messageId);
    }
    await countUnread(deps, unreadBodies, async (tenantId) => (await webhooksOf(tenantId)).length > 0);
    const returned = event.Records.filter(({ messageId }) => failures.has(messageId));
    return giveBack(
      deps,
      returned.map((record) => ({ record })),
    );
  };
}
