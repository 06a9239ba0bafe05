/**
 * Whether a load was delivered without loss: compares what was accepted with the receiver's own record, the delivery
 * log and the redrive messages. Pure. A receiver may get a finding more often than once; it must never get it less often than
 * the log says, and nothing may end unseen.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import type { Discrepancy, Evidence } from '../demo/compare-evidence.ts';
import type { ExpectedDelivery } from '../demo/expectation.ts';
import type { ReceivedRequest } from '../receiver/demo-receiver.ts';

export type LoadEvidence = Pick<Evidence, 'rows' | 'requests' | 'redriveMessages'>;

export interface Audit {
  /** Accepted by the receiver, by its own record, and delivered by the log. */
  readonly delivered: number;
  /** Failed, with all attempts made and a redrive message for an operator. */
  readonly failed: number;
  /** Neither. */
  readonly lost: readonly Discrepancy[];
  /** What the receiver or the log has and should not. */
  readonly wrong: readonly Discrepancy[];
  readonly posts: number;
  /** POSTs of a delivery that the receiver had accepted before. */
  readonly duplicates: number;
  /** POSTs beyond the attempts on record: made by a worker that could not write them down. */
  readonly unrecorded: number;
}

/** The promise: one attempt and up to three retries. Written out, so that it is not read from what it is to check. */
const MAX_ATTEMPTS = 4;

/**
 * `accepted` must have ended well; `published` are also those findings of which the publisher does not know whether
 * they were taken: they may have been delivered.
 */
export function audit(
  accepted: readonly ExpectedDelivery[],
  published: readonly ExpectedDelivery[],
  evidence: LoadEvidence,
): Audit {
  const rows = new Map<string, DeliveryRow>(evidence.rows.map((row) => [row.deliveryId, row]));
  const requests = Map.groupBy(evidence.requests, ({ webhookId }) => webhookId);
  const redriveMessages = new Set(evidence.redriveMessages);
  const expected = new Set<string>(published.map(({ deliveryId }) => deliveryId));
  const lost: Discrepancy[] = [];
  let delivered = 0;
  let failed = 0;
  for (const delivery of accepted) {
    const { deliveryId } = delivery;
    const row = rows.get(deliveryId);
    const loss = lossOf(delivery, row, requests.get(deliveryId) ?? [], redriveMessages);
    if (loss !== undefined) {
      lost.push({ subject: deliveryId, problem: loss });
    } else if (row?.status === 'delivered') {
      delivered += 1;
    } else {
      failed += 1;
    }
  }
  const wrong = [
    ...published.flatMap((delivery) =>
      [...wrongsOf(delivery, rows.get(delivery.deliveryId), requests.get(delivery.deliveryId) ?? [])].map(
        (problem) => ({ subject: delivery.deliveryId, problem }),
      ),
    ),
    ...[...new Set([...rows.keys(), ...requests.keys()])]
      .filter((id) => !expected.has(id))
      .map((id) => ({ subject: id, problem: 'was never published' })),
  ];
  const recorded = evidence.rows.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const posts = evidence.requests.length;
  const duplicates = [...requests.values()].reduce((sum, ofDelivery) => sum + countAfterAccepted(ofDelivery), 0);
  return { delivered, failed, lost, wrong, posts, duplicates, unrecorded: posts - recorded };
}

function lossOf(
  { finding, path }: ExpectedDelivery,
  row: DeliveryRow | undefined,
  requests: readonly ReceivedRequest[],
  redriveMessages: ReadonlySet<DeliveryId>,
): string | undefined {
  switch (row?.status) {
    case 'delivered': {
      const isThere = requests.some(
        (request) => isAccepted(request) && request.path === path && isDeepStrictEqual(dataOf(request.body), finding),
      );
      return isThere ? undefined : 'is delivered by the log, but the receiver never accepted it';
    }
    case 'failed':
      if (row.reason !== 'exhausted') {
        return `failed for the reason ${row.reason}, which no receiver gave`;
      }
      if (!redriveMessages.has(row.deliveryId)) {
        return 'failed without a redrive message';
      }
      return row.attempts.length < MAX_ATTEMPTS ? `failed after ${row.attempts.length} attempts` : undefined;
    case undefined:
      return `has no row, and was received ${requests.length} times`;
    default:
      return `is ${row?.status} after attempt ${row?.lastAttempt}`;
  }
}

function* wrongsOf(
  { path, isSigned }: ExpectedDelivery,
  row: DeliveryRow | undefined,
  requests: readonly ReceivedRequest[],
): Generator<string> {
  const attempts = row?.attempts ?? [];
  if (attempts.length > MAX_ATTEMPTS) {
    yield `has ${attempts.length} attempts`;
  }
  // Not their order: two workers at one delivery are answered and write it down in an order of their own.
  const responses = requests.map(({ answered }) => answered);
  for (const { number, statusCode } of attempts) {
    const index = responses.findIndex((answered) => statusCode === undefined || answered === statusCode);
    if (index === -1) {
      yield `recorded attempt ${number} with ${statusCode ?? 'no answer'}, which the receiver knows nothing of`;
    } else {
      responses.splice(index, 1);
    }
  }
  if (requests.some((request) => request.path !== path)) {
    yield `was received elsewhere than at ${path}`;
  }
  if (new Set(requests.map(({ bodySha256 }) => bodySha256)).size > 1) {
    yield 'was received with different bodies';
  }
  if (requests.some(({ signature }) => signature !== (isSigned ? 'verified' : 'unsigned'))) {
    yield 'was received with a wrong signature';
  }
}

function countAfterAccepted(requests: readonly ReceivedRequest[]): number {
  const first = requests.findIndex(isAccepted);
  return first === -1 ? 0 : requests.length - first - 1;
}

function isAccepted({ answered }: ReceivedRequest): boolean {
  return answered !== 'no-answer' && answered >= 200 && answered < 300;
}

function dataOf(body: string): unknown {
  const payload: unknown = JSON.parse(body);
  return typeof payload === 'object' && payload !== null && 'data' in payload ? payload.data : undefined;
}
