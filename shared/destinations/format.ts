/**
 * What a format is: how a finding is rendered for a kind of destination, and how that destination says "accepted".
 * The schemas of its options and credentials live in `contract/formats/`.
 */

import type { Finding } from '../finding/finding.ts';
import type { TokenRequest } from '../http/access-token.ts';
import type { ReceiverResponse } from '../http/attempt-outcome.ts';
import type { DeliveryId } from '../runtime/ids.ts';

/** What the tenant chose; a choice not made is absent. */
export type FormatOptions = Readonly<Record<string, string>>;

export interface RenderInput {
  readonly finding: Finding;
  readonly deliveryId: DeliveryId;
  /** Where the tenant pointed the webhook; a format may add a path or a query to it. */
  readonly url: string;
  readonly options: FormatOptions;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface RenderedRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A format's own reading of an answer. It may call a 2xx a failure, or a 409 for its own duplicate a success, and may
 * know a wait that stands elsewhere than in `Retry-After`: the longer of the two counts. It cannot make a failure final:
 * the promise is three retries.
 */
export type Classification =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly retryAfterMillis?: number };

export interface Format {
  readonly id: string;
  /** The whole URL is then kept with the secret, and only its origin is ever shown. */
  readonly urlIsCredential: boolean;
  /** Deterministic: the same input gives the same bytes, so that attempts are byte-identical. */
  render(input: RenderInput): RenderedRequest;
  /** What the access token is asked for with; absent where the request carries all that the destination needs. */
  authorize?(input: Pick<RenderInput, 'options' | 'credentials'>): TokenRequest;
  /** Absent where every 2xx, and nothing else, means accepted. */
  classify?(response: ReceiverResponse, options: FormatOptions): Classification;
}
