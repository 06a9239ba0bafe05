/**
 * What Lambda's event source mapping does for one queue: receives batches, invokes the function side by side up to a
 * concurrency, and deletes what succeeded. What failed is left alone until its visibility timeout is over.
 * As in Lambda it does not share the function's process: a function that dies takes no half-finished receive along.
 * While the function is down nothing is received, so that no message uses up a receive.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { BATCH_SIZE } from '../../shared/topology/queues.ts';
import { type EventSource, toSqsEvent } from './sqs-event.ts';

export interface Mapping extends EventSource {
  readonly queueUrl: string;
  readonly maxConcurrency: number;
}

export interface MappingDependencies {
  readonly client: SQSClient;
  /** Waits while the function is down. False if it stays down. */
  readonly whenUp: () => Promise<boolean>;
  /** Anything but a batch response leaves the whole batch on the queue, as in Lambda. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  readonly report: (problem: string, error: unknown) => void;
}

const batchResponseSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** The longest that SQS waits for a message. */
const WAIT_SECONDS = 20;

const PAUSE_AFTER_ERROR_MILLIS = 200;

export interface RunningMapping {
  /** Receives nothing more from now on; resolves when the invocations under way have ended. */
  stop(): Promise<void>;
}

export function startMapping(
  mapping: Mapping,
  { client, whenUp, invoke, report }: MappingDependencies,
): RunningMapping {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const polling = poll();

  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(underWay);
    },
  };

  async function poll(): Promise<void> {
    while ((await whenUp()) && !stopping.signal.aborted) {
      const messages = await receive();
      if (messages.length > 0) {
        const handling = handle(messages).finally(() => underWay.delete(handling));
        underWay.add(handling);
      }
      if (underWay.size >= mapping.maxConcurrency) {
        await Promise.race(underWay);
      }
    }
  }

  async function receive(): Promise<readonly Message[]> {
    try {
      const command = new ReceiveMessageCommand({
        QueueUrl: mapping.queueUrl,
        MaxNumberOfMessages: BATCH_SIZE,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      const { Messages = [] } = await client.send(command, { abortSignal: stopping.signal });
      return Messages;
    } catch (error) {
      if (!stopping.signal.aborted) {
        report('receive failed', error);
        await pause(PAUSE_AFTER_ERROR_MILLIS);
      }
      return [];
    }
  }

  async function handle(messages: readonly Message[]): Promise<void> {
    try {
      const { batchItemFailures } = batchResponseSchema.parse(await invoke(toSqsEvent(messages, mapping)));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      await remove(messages.filter(({ MessageId }) => !failed.has(MessageId ?? '')));
    } catch (error) {
      report('invocation failed', error);
    }
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    if (messages.length > 0) {
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries }));
    }
  }
}
