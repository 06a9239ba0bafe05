/** Retries many deliveries call by call: the API does a bounded number each time and says where to go on. */
import type { BulkRetryRequest } from '../../shared/api/retry-requests.schema.ts';
import type { ApiClient } from '../api/client.ts';

export interface BulkProgress {
  readonly retried: number;
  /** Where to go on; undefined once there is nothing left. */
  readonly nextCursor?: string;
}

/** The cursor aside, as the API takes it. */
export type BulkRequest = Omit<BulkRetryRequest, 'cursor' | 'countOnly'>;

/** Each call looks at 500: what is beyond is "more than". */
const MOST_CALLS_TO_COUNT = 20;

/** How many a retry would be about. */
export async function countInBulk(
  api: Pick<ApiClient, 'retryMany'>,
  webhookId: string,
  request: BulkRequest,
  signal: AbortSignal,
): Promise<Count> {
  let count = 0;
  let cursor: string | undefined;
  for (let calls = 0; calls < MOST_CALLS_TO_COUNT && !signal.aborted; calls += 1) {
    const body = { ...request, countOnly: true as const, ...(cursor !== undefined && { cursor }) };
    const { matched = 0, nextCursor } = await api.retryMany(webhookId, body);
    count += matched;
    cursor = nextCursor;
    if (cursor === undefined) {
      return { count, isCapped: false };
    }
  }
  return { count, isCapped: true };
}

export interface Count {
  readonly count: number;
  /** There may be more. */
  readonly isCapped: boolean;
}

/** Ends early if `signal` says so, or by a rejection; from the latest progress it can be gone on with. */
export async function retryInBulk(
  api: Pick<ApiClient, 'retryMany'>,
  webhookId: string,
  request: BulkRequest,
  from: BulkProgress,
  signal: AbortSignal,
  report: (progress: BulkProgress) => void,
): Promise<void> {
  let progress = from;
  do {
    const { retried, nextCursor } = await api.retryMany(webhookId, {
      ...request,
      ...(progress.nextCursor !== undefined && { cursor: progress.nextCursor }),
    });
    progress = { retried: progress.retried + retried, ...(nextCursor !== undefined && { nextCursor }) };
    report(progress);
  } while (progress.nextCursor !== undefined && !signal.aborted);
}
