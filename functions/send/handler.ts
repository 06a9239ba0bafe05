/** One batch: parse, read everything at once, deliver side by side, and name the messages that stay on the queue. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { BatchReading } from '../../shared/delivery/batch-reader.port.ts';
import { type GivenBack, giveBack } from '../../shared/delivery/give-back.flow.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import { type Batch, openBatch } from './batch.ts';
import type { Disposition } from './carry-out.ts';
import { deliver } from './deliver.ts';
import type { Invocation, SendDependencies } from './dependencies.ts';
import { type Group, type PoisonRecord, type ReceivedDelivery, receive } from './receive.ts';

export function createHandler(deps: SendDependencies) {
  return async (event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> => {
    const { groups, others, poison } = receive(event.Records, deps.deliveryQueueUrl);
    const settingAside = poison.map((unreadable) => setAside(deps, unreadable));
    const readings = await readAll(deps, groups);
    const batch = openBatch(
      deps,
      invocation,
      groups.map(({ received }) => received.message),
    );
    const returnedByGroup = await Promise.all(
      groups.map(async ({ received, records }, index) => {
        const reading = readings[index] ?? { kind: 'unread', because: 'no reading' };
        return givenBack(records, await deliverOrReturn(batch, received, reading));
      }),
    );
    const unsafe = await Promise.all(settingAside);
    return giveBack(deps, [...givenBack([...others, ...unsafe.flat()], 'return'), ...returnedByGroup.flat()]);
  };
}

function givenBack(records: readonly SQSRecord[], disposition: Disposition): readonly GivenBack[] {
  if (disposition === 'acknowledge') {
    return [];
  }
  return records.map((record) => ({
    record,
    ...(disposition !== 'return' && { notBefore: disposition.notBefore }),
  }));
}

/** Poison is not retried: it goes aside at once, whole and with its reason. Returns the record if it must stay. */
async function setAside(
  { poison, telemetry }: SendDependencies,
  { record, reason }: PoisonRecord,
): Promise<readonly SQSRecord[]> {
  const { body, messageId } = record;
  try {
    await poison.put(body, reason);
    telemetry.count('delivery.poisoned');
    telemetry.warn('delivery.poisoned', { messageId, reason });
    return [];
  } catch (error) {
    telemetry.fail('poison.refused', { messageId, reason }, error);
    return [record];
  }
}

async function readAll(
  { reader, telemetry }: SendDependencies,
  groups: readonly Group[],
): Promise<readonly BatchReading[]> {
  if (groups.length === 0) {
    return [];
  }
  try {
    return await reader.read(groups.map(({ received }) => received.message));
  } catch (error) {
    telemetry.fail('batch.unread', { deliveries: groups.length }, error);
    return groups.map(() => ({ kind: 'unread', because: 'the batch could not be read' }));
  }
}

/** A fault on our side leaves the message on the queue and uses up no attempt. */
async function deliverOrReturn(batch: Batch, received: ReceivedDelivery, reading: BatchReading): Promise<Disposition> {
  const { message } = received;
  try {
    return await deliver(batch, received, reading);
  } catch (error) {
    const { tenantId, deliveryId, attempt } = message;
    const event = error instanceof DependencyUnavailable ? 'dependency.failed' : 'delivery.broken';
    batch.telemetry.fail(event, { tenantId, deliveryId, attempt }, error);
    return 'return';
  } finally {
    batch.firstSuccesses.leave(message);
  }
}
