/** Retries many deliveries call by call: the API does a bounded number each time and says where to go on. */
import type { BulkRetryRequest } from '../../shared/api/retry-requests.schema.ts';
import type { ApiClient } from '../api/client.ts';

export interface BulkProgress {
  readonly retried: number;
  /** Where to go on; undefined once there is nothing left. */
  readonly nextCursor?: string;
}

export interface BulkRequest {
  readonly status: BulkRetryRequest['status'];
  readonly since?: string;
  readonly until?: string;
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
