/**
 * Leaves messages on their queue, to come back soon: after 5 s, later and later each time, or once what stands in their way
 * is over. A function that dies gives nothing back; its messages come with the queue's own timeout.
 */
import type { Clock } from '../runtime/clock.port.ts';
import type { Telemetry } from '../runtime/telemetry.port.ts';
import { returnSeconds, secondsUntil } from './return-policy.ts';
import type { ReturnedMessage, ReturnedMessages } from './returned-messages.port.ts';

/** The part of an SQS record that is needed. */
export interface GivenRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly eventSourceARN: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

export interface GivenBack {
  readonly record: GivenRecord;
  /** When it can be handled at the earliest, epoch milliseconds. */
  readonly notBefore?: number;
}

export interface GivingBackPorts {
  readonly returns: ReturnedMessages;
  readonly telemetry: Pick<Telemetry<'dispatch' | 'mail' | 'send'>, 'fail' | 'flush'> & {
    count(metric: 'item.returned', amount: number): void;
  };
  readonly clock: Clock;
}

/** The response of a function that has handled a batch: what is given back is named in it and counted. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export async function giveBack(
  { returns, telemetry, clock }: GivingBackPorts,
  given: readonly GivenBack[],
): Promise<BatchResponse> {
  if (given.length > 0) {
    const now = clock.now();
    try {
      await returns.showAgain(given.map((one) => returnedMessage(one, now)));
    } catch (error) {
      // Nothing is lost: they come back with the queue's own timeout.
      telemetry.fail('items.undelayed', { items: given.length }, error);
    }
    telemetry.count('item.returned', given.length);
  }
  telemetry.flush();
  return { batchItemFailures: given.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

function returnedMessage({ record, notBefore }: GivenBack, nowMillis: number): ReturnedMessage {
  const { receiptHandle, eventSourceARN, attributes } = record;
  const delaySeconds =
    notBefore === undefined
      ? returnSeconds(Number(attributes.ApproximateReceiveCount))
      : secondsUntil(notBefore, nowMillis);
  return { queueArn: eventSourceARN, receiptHandle, delaySeconds };
}
