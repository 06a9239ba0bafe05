/** One batch: parse, read everything at once, deliver side by side, and name the items that stay on the queue. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { BatchReading } from '../../shared/delivery/batch-reader.port.ts';
import { type ParsedDeliveryMessage, parseDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import { createDelivering, type Disposition, type ReceivedDelivery } from './deliver.ts';
import type { Invocation, SendDependencies } from './dependencies.ts';
import { openFirstSuccesses } from './first-successes.ts';
import { followHealth } from './health.ts';

/** All records of a batch that carry the same message; one of them is handled for all. */
interface Group {
  readonly received: ReceivedDelivery;
  readonly messageIds: readonly string[];
}

export function createHandler(deps: SendDependencies) {
  return async (event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> => {
    const failures: string[] = [];
    const understood: { record: SQSRecord; parsed: ParsedDeliveryMessage }[] = [];
    const setAsides: Promise<void>[] = [];
    for (const record of event.Records) {
      const parsed = parseDeliveryMessage(record.body);
      if (parsed.kind === 'parsed') {
        understood.push({ record, parsed });
      } else {
        const settled = setAside(record, parsed.reason);
        setAsides.push(settled.then((isSafe) => void (isSafe || failures.push(record.messageId))));
      }
    }

    const { groups, others } = groupByDelivery(understood);
    failures.push(...others);
    const readings = await readAll(groups);
    const delivering = createDelivering(deps, invocation);
    const firstSuccesses = openFirstSuccesses(deps.log, deps.clock, groups.length);
    const health = followHealth(deps.health, deps.clock);
    const dispositions = await Promise.all(
      groups.map(async ({ received }, index) => {
        const slot = firstSuccesses.takeSlot();
        try {
          const reading = readings[index] ?? { kind: 'unread', because: 'no reading' };
          return await guarded(received, () => delivering.deliver(received, reading, slot, health));
        } finally {
          slot.leave();
        }
      }),
    );
    await Promise.all(setAsides);
    groups.forEach(({ messageIds }, index) => {
      if (dispositions[index] !== 'acknowledge') {
        failures.push(...messageIds);
      }
    });
    if (failures.length > 0) {
      deps.telemetry.count('item.returned', failures.length);
    }
    deps.telemetry.flush();
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
  };

  /** Poison is not retried: it goes aside at once, whole and with its reason. True if it is safe to acknowledge. */
  async function setAside({ body, messageId }: SQSRecord, reason: string): Promise<boolean> {
    try {
      await deps.poison.put(body, reason);
      deps.telemetry.count('delivery.poisoned');
      deps.telemetry.warn('delivery.poisoned', { messageId, reason });
      return true;
    } catch (error) {
      deps.telemetry.fail('poison.refused', { messageId, reason }, error);
      return false;
    }
  }

  async function readAll(groups: readonly Group[]): Promise<readonly BatchReading[]> {
    if (groups.length === 0) {
      return [];
    }
    try {
      return await deps.reader.read(groups.map(({ received }) => received.message));
    } catch (error) {
      deps.telemetry.fail('batch.unread', { deliveries: groups.length }, error);
      return groups.map(() => ({ kind: 'unread', because: 'the batch could not be read' }));
    }
  }

  /** Whatever goes wrong on our side, the item stays on the queue and no attempt is used up. */
  async function guarded({ message }: ReceivedDelivery, deliver: () => Promise<Disposition>): Promise<Disposition> {
    try {
      return await deliver();
    } catch (error) {
      const { tenantId, deliveryId, attempt } = message;
      const event = error instanceof DependencyUnavailable ? 'dependency.failed' : 'delivery.broken';
      deps.telemetry.fail(event, { tenantId, deliveryId, attempt }, error);
      return 'return';
    }
  }
}

/**
 * Exact duplicates share one verdict. Of different messages for one delivery the first is handled; the others come
 * again later, when its outcome is on record.
 */
function groupByDelivery(understood: readonly { record: SQSRecord; parsed: ParsedDeliveryMessage }[]) {
  const others: string[] = [];
  const groups = new Map<string, { body: string; received: ReceivedDelivery; messageIds: string[] }>();
  for (const { record, parsed } of understood) {
    const { message, finding } = parsed;
    const name = `${message.tenantId}#${message.webhookId}#${message.deliveryId}`;
    const receives = Number(record.attributes.ApproximateReceiveCount);
    const group = groups.get(name);
    if (group === undefined) {
      const received = { message, finding, isFirstReceive: receives === 1 };
      groups.set(name, { body: record.body, received, messageIds: [record.messageId] });
    } else if (group.body === record.body) {
      const isFirstReceive = group.received.isFirstReceive && receives === 1;
      group.received = { ...group.received, isFirstReceive };
      group.messageIds.push(record.messageId);
    } else {
      others.push(record.messageId);
    }
  }
  return { groups: [...groups.values()] satisfies Group[], others };
}
