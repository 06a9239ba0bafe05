/**
 * What Lambda's event source mapping does for one queue: receives batches, invokes the function side by side up to a
 * concurrency, and deletes what succeeded. What failed is left alone until its visibility timeout is over.
 * As in Lambda it does not share the function's process: a function that dies takes no half-finished receive along.
 * While the function is down nothing is received, so that no message uses up a receive.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import type { MappingShape } from '../../shared/topology/mappings.ts';
import { BATCH_SIZE } from '../../shared/topology/queues.ts';
import type { SqsCalls } from '../aws/sqs-calls.ts';
import { type EventSource, type ReceivedMessage, toSqsEvent } from './sqs-event.ts';

export interface Mapping extends EventSource, MappingShape {
  readonly queueUrl: string;
  readonly maxConcurrency: number;
}

export interface MappingDependencies {
  readonly sqs: Pick<SqsCalls, 'call'>;
  /** Waits while the function is down. False if it stays down. */
  readonly whenUp: () => Promise<boolean>;
  /** Whether the function's process has CPU time left: in Lambda each invocation has its own, here they share one. */
  readonly hasTime: () => boolean;
  /** Anything but a batch response leaves the whole batch on the queue, as in Lambda. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  readonly report: (problem: string, error: unknown) => void;
}

const batchResponseSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

interface Received {
  readonly Messages?: readonly ReceivedMessage[];
}

/** The longest that SQS waits for a message. */
const WAIT_SECONDS = 20;

const PAUSE_AFTER_ERROR_MILLIS = 200;

/** Lambda begins with five invocations and adds five a second while messages wait (AWS Lambda guide, SQS scaling). */
const FIRST_CONCURRENCY = 5;
const GROW_EVERY_MILLIS = 200;

/** Between two looks while a batch is collected. Not a long poll, which would outlast the window. */
const COLLECT_EVERY_MILLIS = 50;

export interface RunningMapping {
  /** Receives nothing more from now on; resolves when the invocations under way have ended. */
  stop(): Promise<void>;
}

export function startMapping(
  mapping: Mapping,
  { sqs, whenUp, hasTime, invoke, report }: MappingDependencies,
): RunningMapping {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let concurrency = Math.min(FIRST_CONCURRENCY, mapping.maxConcurrency);
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
      const messages = await collect();
      if (messages.length > 0) {
        const handling = handle(messages).finally(() => underWay.delete(handling));
        underWay.add(handling);
      }
      await untilOneMore();
    }
  }

  /** Until one of the invocations under way ends, or the concurrency has grown. */
  async function untilOneMore(): Promise<void> {
    const waitedFor = new AbortController();
    while (underWay.size >= concurrency && !stopping.signal.aborted) {
      const signal = AbortSignal.any([stopping.signal, waitedFor.signal]);
      const growing = pause(GROW_EVERY_MILLIS, 'grow', { signal }).catch(() => 'end');
      if ((await Promise.race([growing, ...underWay])) === 'grow') {
        concurrency = hasTime()
          ? Math.min(concurrency + 1, mapping.maxConcurrency)
          : Math.max(concurrency - 1, Math.min(FIRST_CONCURRENCY, mapping.maxConcurrency));
      }
    }
    waitedFor.abort();
  }

  /** Waits for a first message, then until the batch is full or the window over. */
  async function collect(): Promise<readonly ReceivedMessage[]> {
    const messages = [...(await receive(mapping.batchSize, WAIT_SECONDS))];
    const windowEndsAt = Date.now() + mapping.windowSeconds * 1000;
    const isOpen = () => messages.length < mapping.batchSize && Date.now() < windowEndsAt && !stopping.signal.aborted;
    while (messages.length > 0 && isOpen()) {
      const more = await receive(mapping.batchSize - messages.length, 0);
      messages.push(...more);
      if (more.length === 0) {
        await pause(COLLECT_EVERY_MILLIS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    return messages;
  }

  async function receive(atMost: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    try {
      const input = {
        QueueUrl: mapping.queueUrl,
        MaxNumberOfMessages: Math.min(atMost, BATCH_SIZE),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      };
      const { Messages = [] } = await sqs.call<Received>('ReceiveMessage', input, stopping.signal);
      return Messages;
    } catch (error) {
      if (!stopping.signal.aborted) {
        report('receive failed', error);
        await pause(PAUSE_AFTER_ERROR_MILLIS);
      }
      return [];
    }
  }

  async function handle(messages: readonly ReceivedMessage[]): Promise<void> {
    try {
      const { batchItemFailures } = batchResponseSchema.parse(await invoke(toSqsEvent(messages, mapping)));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      await remove(messages.filter(({ MessageId }) => !failed.has(MessageId ?? '')));
    } catch (error) {
      report('invocation failed', error);
    }
  }

  async function remove(messages: readonly ReceivedMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH_SIZE) {
      const Entries = messages
        .slice(start, start + BATCH_SIZE)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.call('DeleteMessageBatch', { QueueUrl: mapping.queueUrl, Entries });
    }
  }
}
