/**
 * Moves redrive messages from `ExhaustedDeliveries` to the retry queue, each once: sent first, then deleted. Only messages that
 * were there before it began, so that a delivery which is exhausted again meanwhile does not go round in circles; and
 * none whose webhook may not send now: `send` would use it up without opening its delivery.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type ParsedDeliveryMessage, parseDeliveryMessage } from '../shared/delivery/delivery-message.schema.ts';
import { maySend } from '../shared/delivery/may-send.ts';
import { splitIntoCalls } from '../shared/delivery/split-into-calls.ts';
import { BATCH_SIZE } from '../shared/topology/queues.ts';
import type { Webhook } from '../shared/webhook/webhook.ts';
import type { WebhookStore } from '../shared/webhook/webhook-store.port.ts';

export interface RedriveDependencies {
  readonly sqs: SQSClient;
  readonly webhooks: Pick<WebhookStore, 'find'>;
}

export interface RedriveRequest {
  readonly exhaustedDeliveriesUrl: string;
  readonly retryUrl: string;
  /** Only of this tenant, only of this webhook. */
  readonly tenantId?: string | undefined;
  readonly webhookId?: string | undefined;
  readonly max?: number | undefined;
  /** Counts, and moves nothing. */
  readonly isDryRun: boolean;
  /** Epoch milliseconds. Compared with the queue's own times: a clock that is behind leaves the newest messages. */
  readonly startedAt: number;
  /** When it aborts, what is under way is finished and what is held is released. */
  readonly signal: AbortSignal;
}

export interface RedriveCount {
  /** In a dry run: would be moved. */
  readonly moved: number;
  /** Of other tenants or webhooks, sent after the start, or not taken by the retry queue. */
  readonly left: number;
  /** Left too: their webhook is gone, paused or disabled, or its alert rule no longer passes them. */
  readonly barred: number;
  /** Left too: their tenant cannot be read. */
  readonly unreadable: number;
  /** The queue was read to its end; otherwise more may be in it. */
  readonly isWhole: boolean;
}

/**
 * What is not moved stays hidden while the run lasts, or it would be received over and over. A run that is killed
 * gives it back after this time.
 */
const HIDE_SECONDS = 15 * 60;

/** One empty answer does not mean an empty queue: SQS may ask a part of its servers only. */
const EMPTY_RESPONSES_AT_END = 2;
const WAIT_SECONDS = 1;

interface RedriveMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly sentAt: number;
  /** Undefined if it cannot be read. */
  readonly content: ParsedDeliveryMessage | undefined;
}

export async function redriveMessages(
  { sqs, webhooks }: RedriveDependencies,
  request: RedriveRequest,
  onProgress: (count: RedriveCount) => void,
): Promise<RedriveCount> {
  const { exhaustedDeliveriesUrl, retryUrl, max = Number.POSITIVE_INFINITY, signal } = request;
  const moved = new Set<string>();
  const barred = new Set<string>();
  const known = new Map<string, Promise<Webhook | undefined>>();
  /** By message id: one that comes again, with another handle, is still the same message. */
  const held = new Map<string, RedriveMessage>();
  let emptyResponses = 0;
  try {
    while (emptyResponses < EMPTY_RESPONSES_AT_END && moved.size < max && !signal.aborted) {
      const messages = await receive();
      emptyResponses = messages.length === 0 ? emptyResponses + 1 : 0;
      for (const redriveMessage of messages) {
        held.set(redriveMessage.messageId, redriveMessage);
      }
      const wanted = messages.filter(
        (redriveMessage) => !moved.has(redriveMessage.messageId) && isWanted(redriveMessage, request),
      );
      const sendable = await barOthers(wanted);
      for (const redriveMessage of await send(sendable.slice(0, max - moved.size))) {
        moved.add(redriveMessage.messageId);
      }
      // Those too that were sent before and came again because their deletion failed.
      await remove(messages.filter(({ messageId }) => moved.has(messageId)));
      if (messages.length > 0) {
        onProgress(count());
      }
    }
    return { ...count(), isWhole: emptyResponses === EMPTY_RESPONSES_AT_END };
  } finally {
    await release([...held.values()]);
  }

  function count(): RedriveCount {
    const left = [...held.values()].filter(({ messageId }) => !moved.has(messageId));
    const unreadable = left.filter(({ content }) => content === undefined).length;
    return {
      moved: moved.size,
      left: left.length - barred.size - unreadable,
      barred: barred.size,
      unreadable,
      isWhole: false,
    };
  }

  async function barOthers(messages: readonly RedriveMessage[]): Promise<readonly RedriveMessage[]> {
    const sendable: RedriveMessage[] = [];
    for (const redriveMessage of messages) {
      if (await maySendNow(redriveMessage)) {
        sendable.push(redriveMessage);
      } else {
        barred.add(redriveMessage.messageId);
      }
    }
    return sendable;
  }

  async function maySendNow({ content }: RedriveMessage): Promise<boolean> {
    if (content === undefined) {
      return false;
    }
    const { message, finding } = content;
    const { tenantId, webhookId, reopen } = message;
    const name = `${tenantId}#${webhookId}`;
    const reading = known.get(name) ?? webhooks.find(tenantId, webhookId);
    known.set(name, reading);
    return maySend(await reading, finding, reopen, message.event).kind === 'send';
  }

  async function receive(): Promise<readonly RedriveMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: exhaustedDeliveriesUrl,
      MaxNumberOfMessages: BATCH_SIZE,
      VisibilityTimeout: HIDE_SECONDS,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    const { Messages = [] } = await sqs.send(command);
    return Messages.map(toRedriveMessage);
  }

  /** Answers what the retry queue took. */
  async function send(messages: readonly RedriveMessage[]): Promise<readonly RedriveMessage[]> {
    if (messages.length === 0 || request.isDryRun) {
      return messages;
    }
    const taken: RedriveMessage[] = [];
    for (const call of splitIntoCalls(messages, ({ body }) => body)) {
      const Entries = call.map(({ body, content }, index) => ({
        Id: String(index),
        MessageBody: body,
        MessageGroupId: content?.message.tenantId,
      }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: retryUrl, Entries }));
      const failed = new Set(Failed.map(({ Id }) => Id));
      taken.push(...call.filter((_redriveMessage, index) => !failed.has(String(index))));
    }
    return taken;
  }

  async function remove(messages: readonly RedriveMessage[]): Promise<void> {
    if (messages.length === 0 || request.isDryRun) {
      return;
    }
    const Entries = messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    const command = new DeleteMessageBatchCommand({ QueueUrl: exhaustedDeliveriesUrl, Entries });
    const { Failed = [] } = await sqs.send(command);
    const failed = new Set(Failed.map(({ Id }) => Id));
    for (const [index, { messageId }] of messages.entries()) {
      if (!failed.has(String(index))) {
        held.delete(messageId);
      }
    }
  }

  async function release(messages: readonly RedriveMessage[]): Promise<void> {
    // One that was sent but not deleted stays hidden: shown again, it would look as if it had not been moved.
    const open = messages.filter(({ messageId }) => request.isDryRun || !moved.has(messageId));
    for (let start = 0; start < open.length; start += BATCH_SIZE) {
      const Entries = open.slice(start, start + BATCH_SIZE).map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: 0,
      }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: exhaustedDeliveriesUrl, Entries });
      await sqs.send(command);
    }
  }
}

function isWanted({ content, sentAt }: RedriveMessage, { tenantId, webhookId, startedAt }: RedriveRequest): boolean {
  return (
    content !== undefined &&
    sentAt < startedAt &&
    (tenantId === undefined || content.message.tenantId === tenantId) &&
    (webhookId === undefined || content.message.webhookId === webhookId)
  );
}

function toRedriveMessage({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Message): RedriveMessage {
  const parsed = parseDeliveryMessage(Body);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    sentAt: Number(Attributes['SentTimestamp']),
    content: parsed.kind === 'parsed' ? parsed : undefined,
  };
}

/** In words for the operator; `ending` says why the run stopped before the queue's end, if it did. */
export function describeRedrive(
  { moved, left, barred, unreadable, isWhole }: RedriveCount,
  { isDryRun, ending = '' }: { readonly isDryRun: boolean; readonly ending?: string },
): string {
  return [
    `${moved} ${isDryRun ? 'would be moved' : 'moved'} to the retry queue`,
    ...(isWhole ? [`${left} left in place`] : []),
    ...(barred > 0 ? [`${barred} left: webhook gone, paused or disabled, or its alert rule does not pass them`] : []),
    ...(unreadable > 0 ? [`${unreadable} left: cannot be read`] : []),
    ...(isWhole || ending === '' ? [] : [ending]),
  ].join(', ');
}
