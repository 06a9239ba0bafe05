/** How Lambda reads each queue. `infra/` deploys it, and the local system does the same with production's numbers. */
import { BATCH_SIZE, type QueueName } from './queues.ts';

/** The queues that invoke a function. */
export type MappedQueue = Extract<QueueName, 'findings' | 'delivery' | 'retry'>;

export interface MappingShape {
  /** The most messages of one invocation; above 10 Lambda asks for a window of at least a second. */
  readonly batchSize: number;
  /** How long Lambda goes on collecting after the first message. */
  readonly windowSeconds: number;
}

/** No waiting to fill a batch: a lone message leaves at once, and under load batches fill by themselves. */
const AT_ONCE: MappingShape = { batchSize: BATCH_SIZE, windowSeconds: 0 };

export const MAPPINGS: Readonly<Record<MappedQueue, MappingShape>> = {
  findings: AT_ONCE,
  delivery: AT_ONCE,
  retry: AT_ONCE,
};

/** Invocations at once. Production's 50 × 10 deliveries: 500 POSTs under way. Of an account's 1,000, 80 are ours at most. */
export const PRODUCTION_CONCURRENCY: Readonly<Record<MappedQueue, number>> = { findings: 10, delivery: 50, retry: 20 };
