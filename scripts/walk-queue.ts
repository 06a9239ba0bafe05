/**
 * Shows an operator's command every message of a queue once. What the command is done with is deleted; everything else is
 * visible again at the end, as it was.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { BATCH_SIZE } from '../shared/topology/queues.ts';

export interface WalkedMessage {
  readonly messageId: string;
  readonly body: string;
  /** Epoch milliseconds, by the queue. */
  readonly sentAt: number;
  /** Those of type String. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Walk {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** When it aborts, what is under way is finished and what is held is released. */
  readonly signal: AbortSignal;
  /** Is called with messages that it has not seen; answers those to delete. */
  readonly visit: (messages: readonly WalkedMessage[]) => Promise<readonly WalkedMessage[]>;
  /** Ends the walk early. */
  readonly isEnough?: () => boolean;
}

/** What was shown stays hidden while the walk lasts, or it would come again. A walk that is killed gives it back after this. */
const HIDE_SECONDS = 15 * 60;

/** With a wait SQS asks all of its servers, so that one empty response means an empty queue (SQS guide, "Long polling"). */
const WAIT_SECONDS = 1;

/** True if the queue was walked to its end. */
export async function walkQueue({ sqs, queueUrl, signal, visit, isEnough = () => false }: Walk): Promise<boolean> {
  const seen = new Set<string>();
  const done = new Set<string>();
  /** The latest receipt handle of each. */
  const held = new Map<string, string>();
  let isAtEnd = false;
  try {
    while (!isAtEnd && !isEnough() && !signal.aborted) {
      const messages = await receive();
      isAtEnd = messages.length === 0;
      const fresh = messages.filter(({ messageId }) => !seen.has(messageId));
      for (const { messageId } of fresh) {
        seen.add(messageId);
      }
      for (const { messageId } of fresh.length === 0 ? [] : await visit(fresh)) {
        done.add(messageId);
      }
      // Those too that came again because their deletion failed.
      await remove(messages.filter(({ messageId }) => done.has(messageId)));
    }
    return isAtEnd;
  } finally {
    await release();
  }

  async function receive(): Promise<readonly WalkedMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: BATCH_SIZE,
      VisibilityTimeout: HIDE_SECONDS,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['All'],
    });
    const { Messages = [] } = await sqs.send(command);
    for (const { MessageId = '', ReceiptHandle = '' } of Messages) {
      held.set(MessageId, ReceiptHandle);
    }
    return Messages.map(toWalked);
  }

  async function remove(messages: readonly WalkedMessage[]): Promise<void> {
    if (messages.length === 0) {
      return;
    }
    const Entries = messages.map(({ messageId }, index) => ({
      Id: String(index),
      ReceiptHandle: held.get(messageId) ?? '',
    }));
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const failed = new Set(Failed.map(({ Id }) => Id));
    for (const [index, { messageId }] of messages.entries()) {
      if (!failed.has(String(index))) {
        held.delete(messageId);
      }
    }
  }

  async function release(): Promise<void> {
    // One that is done but not deleted stays hidden: shown again, it would look as if nothing had been done with it.
    const open = [...held].filter(([messageId]) => !done.has(messageId));
    for (let start = 0; start < open.length; start += BATCH_SIZE) {
      const Entries = open.slice(start, start + BATCH_SIZE).map(([, ReceiptHandle], index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  }
}

function toWalked({ MessageId = '', Body = '', Attributes = {}, MessageAttributes = {} }: Message): WalkedMessage {
  return {
    messageId: MessageId,
    body: Body,
    sentAt: Number(Attributes['SentTimestamp']),
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
  };
}
