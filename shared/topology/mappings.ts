/** How Lambda reads each queue. `infra/` deploys it, and the local system does the same with production's numbers. */
import { BATCH_SIZE, type QueueName, RETRY_WINDOW_SECONDS } from './queues.ts';

/** The queues that invoke a function. */
export type MappedQueue = Extract<QueueName, 'findings' | 'delivery' | 'retry' | 'mails'>;

export interface MappingShape {
  /** The most messages of one invocation; above 10 Lambda asks for a window of at least a second. */
  readonly batchSize: number;
  /** How long Lambda goes on collecting after the first message. */
  readonly windowSeconds: number;
}

/** No waiting to fill a batch: a lone message leaves at once, and under load batches fill by themselves. */
const AT_ONCE: MappingShape = { batchSize: BATCH_SIZE, windowSeconds: 0 };

/**
 * Its receivers take seconds, and an invocation waits for the slowest: more of them wait side by side. 50 rows and 50
 * webhooks are the 100 keys that one BatchGetItem takes.
 */
const SIDE_BY_SIDE: MappingShape = { batchSize: 50, windowSeconds: RETRY_WINDOW_SECONDS };

export const MAPPINGS: Readonly<Record<MappedQueue, MappingShape>> = {
  findings: AT_ONCE,
  delivery: AT_ONCE,
  retry: SIDE_BY_SIDE,
  mails: AT_ONCE,
};

/**
 * Invocations at once. 100 × 10 POSTs under way to quick receivers, of which many that begin to hang hold half for their first
 * minute, and 45 × 50 to slow ones, which are 280 a second that take 8 s each. Of an account's 1,000 invocations, 157 are ours
 * at most, two of them where the stage sends mail.
 */
export const PRODUCTION_CONCURRENCY: Readonly<Record<MappedQueue, number>> = {
  findings: 10,
  delivery: 100,
  retry: 45,
  mails: 2,
};
