/**
 * Moves tickets from `ExhaustedDeliveries` to the retry queue, each once: sent first, then deleted. Only tickets that
 * were there before it began, so that a delivery which is exhausted again meanwhile does not go round in circles.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { parseDeliveryMessage } from '../shared/contract/delivery-message.ts';
import type { DeliveryMessage } from '../shared/domain/delivery.ts';
import { BATCH_SIZE } from '../shared/topology/queues.ts';

export interface RedriveWish {
  readonly exhaustedDeliveriesUrl: string;
  readonly retryUrl: string;
  /** Only of this tenant, only of this webhook. */
  readonly tenantId?: string | undefined;
  readonly webhookId?: string | undefined;
  readonly max?: number | undefined;
  /** Counts, and moves nothing. */
  readonly isDryRun: boolean;
  /** Epoch milliseconds. Compared with the queue's own times: a clock that is behind leaves the newest tickets. */
  readonly startedAt: number;
  /** When it aborts, what is under way is finished and what is held is released. */
  readonly signal: AbortSignal;
}

export interface RedriveCount {
  /** In a dry run: would be moved. */
  readonly moved: number;
  /** Of other tenants or webhooks, beyond `max`, sent after the start, or not taken by the retry queue. */
  readonly left: number;
  /** Left too: nobody can say whose they are. */
  readonly unreadable: number;
}

/**
 * What is not moved stays hidden while the run lasts, or it would be received over and over. A run that is killed
 * gives it back after this time.
 */
const HIDE_SECONDS = 15 * 60;

/** One empty answer does not mean an empty queue: SQS may ask a part of its servers only. */
const EMPTY_ANSWERS_AT_END = 2;
const WAIT_SECONDS = 1;

interface Ticket {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly sentAt: number;
  /** Undefined if it cannot be read. */
  readonly content: DeliveryMessage | undefined;
}

export async function redriveTickets(
  client: SQSClient,
  wish: RedriveWish,
  onProgress: (count: RedriveCount) => void,
): Promise<RedriveCount> {
  const { exhaustedDeliveriesUrl, retryUrl, max = Number.POSITIVE_INFINITY, signal } = wish;
  const moved = new Set<string>();
  /** By message id: one that comes again, with another handle, is still the same ticket. */
  const held = new Map<string, Ticket>();
  let emptyAnswers = 0;
  try {
    while (emptyAnswers < EMPTY_ANSWERS_AT_END && moved.size < max && !signal.aborted) {
      const tickets = await receive();
      emptyAnswers = tickets.length === 0 ? emptyAnswers + 1 : 0;
      for (const ticket of tickets) {
        held.set(ticket.messageId, ticket);
      }
      const wanted = tickets.filter((ticket) => !moved.has(ticket.messageId) && isWanted(ticket, wish));
      for (const ticket of await send(wanted.slice(0, max - moved.size))) {
        moved.add(ticket.messageId);
      }
      // Those too that were sent before and came again because their deletion failed.
      await remove(tickets.filter(({ messageId }) => moved.has(messageId)));
      if (tickets.length > 0) {
        onProgress(count());
      }
    }
    return count();
  } finally {
    await release([...held.values()]);
  }

  function count(): RedriveCount {
    const left = [...held.values()].filter(({ messageId }) => !moved.has(messageId));
    const unreadable = left.filter(({ content }) => content === undefined).length;
    return { moved: moved.size, left: left.length - unreadable, unreadable };
  }

  async function receive(): Promise<readonly Ticket[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: exhaustedDeliveriesUrl,
      MaxNumberOfMessages: BATCH_SIZE,
      VisibilityTimeout: HIDE_SECONDS,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    const { Messages = [] } = await client.send(command);
    return Messages.map(toTicket);
  }

  /** Answers what the retry queue took. */
  async function send(tickets: readonly Ticket[]): Promise<readonly Ticket[]> {
    if (tickets.length === 0 || wish.isDryRun) {
      return tickets;
    }
    const Entries = tickets.map(({ body, content }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageGroupId: content?.webhookId,
    }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: retryUrl, Entries }));
    const failed = new Set(Failed.map(({ Id }) => Id));
    return tickets.filter((_ticket, index) => !failed.has(String(index)));
  }

  async function remove(tickets: readonly Ticket[]): Promise<void> {
    if (tickets.length === 0 || wish.isDryRun) {
      return;
    }
    const Entries = tickets.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    const command = new DeleteMessageBatchCommand({ QueueUrl: exhaustedDeliveriesUrl, Entries });
    const { Failed = [] } = await client.send(command);
    const failed = new Set(Failed.map(({ Id }) => Id));
    for (const [index, { messageId }] of tickets.entries()) {
      if (!failed.has(String(index))) {
        held.delete(messageId);
      }
    }
  }

  async function release(tickets: readonly Ticket[]): Promise<void> {
    // One that was sent but not deleted stays hidden: shown again, it would look as if it had not been moved.
    const open = tickets.filter(({ messageId }) => wish.isDryRun || !moved.has(messageId));
    for (let start = 0; start < open.length; start += BATCH_SIZE) {
      const Entries = open.slice(start, start + BATCH_SIZE).map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: 0,
      }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: exhaustedDeliveriesUrl, Entries });
      await client.send(command);
    }
  }
}

function isWanted({ content, sentAt }: Ticket, { tenantId, webhookId, startedAt }: RedriveWish): boolean {
  return (
    content !== undefined &&
    sentAt < startedAt &&
    (tenantId === undefined || content.tenantId === tenantId) &&
    (webhookId === undefined || content.webhookId === webhookId)
  );
}

function toTicket({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Message): Ticket {
  const parsed = parseDeliveryMessage(Body);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    sentAt: Number(Attributes['SentTimestamp']),
    content: parsed.kind === 'parsed' ? parsed.message : undefined,
  };
}
