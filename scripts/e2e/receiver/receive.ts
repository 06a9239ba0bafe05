/**
 * What the suite's own receiver does with a request, wherever it runs: behaves as the URL says and records everything it
 * got. It judges nothing and knows no secret; the reader of the records judges the signatures.
 */
import { type Behaviour, behaviourAt, type PlannedResponse } from '../../../local/receiver/behaviour.ts';

export interface RecordedRequest {
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Without its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answered: ReturnType<Behaviour>;
}

export interface RequestRecords {
  /** Answers which request with this webhook-id it is, from 1. */
  countUp(webhookId: string): Promise<number>;
  add(request: RecordedRequest): Promise<void>;
  /** Oldest first; every request that was answered before the call. */
  list(path: string): Promise<readonly RecordedRequest[]>;
}

export interface IncomingRequest {
  /** With its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly receivedAt: number;
}

const UNKNOWN: PlannedResponse = { statusCode: 404, afterMillis: 0, headers: {}, body: '' };

/** The response follows the record: a sender that has the response finds the record. */
export async function receive(
  records: RequestRecords,
  { url, headers, body, receivedAt }: IncomingRequest,
): Promise<PlannedResponse | 'no-answer'> {
  const nth = await records.countUp(headers['webhook-id'] ?? '');
  const answered = behaviourAt(url)?.(nth) ?? UNKNOWN;
  await records.add({ receivedAt, path: url.split('?')[0] ?? url, headers, body, answered });
  return answered;
}
