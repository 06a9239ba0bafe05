/** What the listener keeps of a request, and how it numbers it. */
import { findSignatureFaults, type SignatureFault, type SignatureHeader } from '../receiver/check-signatures.ts';

/** As it came over the wire. */
export interface ArrivedRequest {
  /** Epoch milliseconds, when the whole request was there. */
  readonly receivedAt: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RecordedRequest extends ArrivedRequest {
  /** From 1, in the order of arrival. */
  readonly number: number;
  /** The header; empty if there was none. */
  readonly webhookId: string;
  readonly faults: Readonly<Record<SignatureHeader, SignatureFault>>;
  /** The first request with this webhook-id; absent if this is it. */
  readonly repeats?: { readonly number: number; readonly isSameBody: boolean };
}

export interface RequestRecord {
  add(arrived: ArrivedRequest): RecordedRequest;
  /** By its number or its webhook-id, of which the latest counts. */
  find(name: string): RecordedRequest | undefined;
}

/** A person scrolls no further back, and bodies take memory. */
const KEPT = 1_000;

export function createRequestRecord(secret: string): RequestRecord {
  const requests: RecordedRequest[] = [];
  let count = 0;
  return {
    add(arrived) {
      const webhookId = arrived.headers['webhook-id'] ?? '';
      const first = webhookId === '' ? undefined : requests.find((request) => request.webhookId === webhookId);
      count += 1;
      const recorded: RecordedRequest = {
        ...arrived,
        number: count,
        webhookId,
        faults: findSignatureFaults(arrived.body.toString('utf8'), arrived.headers, secret, arrived.receivedAt),
        ...(first && { repeats: { number: first.number, isSameBody: first.body.equals(arrived.body) } }),
      };
      requests.push(recorded);
      if (requests.length > KEPT) {
        requests.shift();
      }
      return recorded;
    },
    find: (name) =>
      requests.findLast(({ number, webhookId }) => String(number) === name.replace(/^#/, '') || webhookId === name),
  };
}
