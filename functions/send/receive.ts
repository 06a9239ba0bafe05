/** Turns the records of a batch into deliveries: each record is parsed, and records of the same message become one. */
import type { SQSRecord } from 'aws-lambda';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import { parseDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import { queueName } from '../../shared/delivery/queue-name.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import type { Turn } from '../../shared/webhook/turns.ts';

export interface ReceivedDelivery {
  readonly message: DeliveryMessage;
  readonly finding: Finding;
  /**
   * False if this message was handed out before, or is the second of a delivery that was sent on or has waited: its outcome
   * may already be on record, or on its way there.
   */
  readonly isFirstReceive: boolean;
  /** The turn that it brings. A message that was handed out before may have used it. */
  readonly turn?: Turn;
  readonly queue: TargetQueue;
}

/** All records of a batch that carry the same message; one of them is handled for all. */
export interface Group {
  readonly received: ReceivedDelivery;
  readonly records: readonly SQSRecord[];
}

/** A record that cannot be understood. */
export interface PoisonRecord {
  readonly record: SQSRecord;
  readonly reason: string;
}

export interface ReceivedBatch {
  readonly groups: readonly Group[];
  /** Further, different messages for a delivery of the batch. They come back once its outcome is on record. */
  readonly others: readonly SQSRecord[];
  readonly poison: readonly PoisonRecord[];
}

interface GrowingGroup extends Group {
  readonly body: string;
  received: ReceivedDelivery;
  readonly records: SQSRecord[];
}

/** Records of the queue with this URL are of the delivery queue, all others of the retry queue. */
export function receive(records: readonly SQSRecord[], deliveryQueueUrl: string): ReceivedBatch {
  const groups = new Map<string, GrowingGroup>();
  const others: SQSRecord[] = [];
  const poison: PoisonRecord[] = [];
  for (const record of records) {
    const { body, attributes, eventSourceARN } = record;
    const parsed = parseDeliveryMessage(body);
    if (parsed.kind === 'rejected') {
      poison.push({ record, reason: parsed.reason });
      continue;
    }
    const { message, finding } = parsed;
    const isHandedOutOnce = Number(attributes.ApproximateReceiveCount) === 1;
    const isFirstReceive = isHandedOutOnce && message.sentOn === undefined && message.turn === undefined;
    const queue = queueName(eventSourceARN) === queueName(deliveryQueueUrl) ? 'delivery' : 'retry';
    const received: ReceivedDelivery = {
      ...{ message, finding, isFirstReceive, queue },
      ...(isHandedOutOnce && message.turn && { turn: message.turn }),
    };
    const name = `${message.tenantId}#${message.webhookId}#${message.deliveryId}`;
    const group = groups.get(name);
    if (group === undefined) {
      groups.set(name, { body, received, records: [record] });
    } else if (group.body === body) {
      group.received = isHandedOutOnce ? group.received : received;
      group.records.push(record);
    } else {
      others.push(record);
    }
  }
  return { groups: [...groups.values()], others, poison };
}
