/**
 * What a format is: how a finding is rendered for a destination, and how that destination says "accepted". What a tenant
 * fills in for it is its form.
 */

import type { DigestContent } from '../finding/digest-content.ts';
import type { Finding } from '../finding/finding.ts';
import type { Lifecycle } from '../finding/lifecycle.ts';
import type { ManifestContent } from '../finding/manifest-content.ts';
import type { TokenRequest } from '../http/access-token.ts';
import type { ReceiverResponse } from '../http/attempt-outcome.ts';
import { webPageCause } from '../http/web-page.ts';
import type { DeliveryId } from '../runtime/ids.ts';
import type { Pace } from '../webhook/pace.ts';

/** What the tenant chose; a choice not made is absent. */
export type FormatOptions = Readonly<Record<string, string>>;

export interface RenderInput {
  readonly finding: Finding;
  /** What happened to it, from payload version 2 on. Absent: version 1, in which there are detections alone. */
  readonly lifecycle?: Lifecycle;
  readonly deliveryId: DeliveryId;
  /** The URL that the tenant entered; a format may add a path or a query. */
  readonly url: string;
  readonly options: FormatOptions;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface DigestInput extends Pick<RenderInput, 'deliveryId' | 'url' | 'options'> {
  readonly digest: DigestContent;
}

export interface ManifestInput extends Pick<RenderInput, 'deliveryId' | 'url' | 'options'> {
  readonly manifest: ManifestContent;
}

export interface RenderedRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * How a format reads a response. It may read a 2xx as a failure, or a 409 for its own duplicate as a success, and it may
 * find a wait elsewhere than in `Retry-After`: the longer of the two counts. It cannot make a failure final: the promise is
 * three retries.
 */
export type Classification =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly retryAfterMillis?: number };

export interface Format {
  /** Of the destination, as in the catalogue. */
  readonly id: string;
  /** If true, the whole URL is kept with the secret and only its origin is shown. */
  readonly urlIsCredential: boolean;
  /** What the vendor publishes as its limit; absent if it publishes none. */
  readonly pace?: Pace;
  /**
   * How many attempts in a minute all failing webhooks of all tenants make together, at most: for a vendor that bans an
   * address after too many refusals.
   */
  readonly failingPerMinute?: number;
  /** Deterministic: the same input gives the same bytes. Between attempts only the webhook's settings may change. */
  render(input: RenderInput): RenderedRequest;
  /** One message about many findings, as deterministic; absent if the destination takes one finding at a time. */
  renderDigest?(input: DigestInput): RenderedRequest;
  /** The manifest of what was listed, as deterministic; absent if its receivers take nothing but findings. */
  renderManifest?(input: ManifestInput): RenderedRequest;
  /** The request for an access token; absent if the destination needs none. */
  authorize?(input: Pick<RenderInput, 'options' | 'credentials'>): TokenRequest;
  /** Absent if every 2xx, and nothing else, means accepted. */
  classify?(response: ReceiverResponse, options: FormatOptions): Classification;
}

/** 100 a second: above it a pace would cost a write for each finding, and spare no receiver. */
export const MOST_PER_MINUTE = 6_000;

/** The fastest pace that a tenant may choose. The vendor's own limit bounds it, without its burst. */
export function mostPerMinute(format: Pick<Format, 'pace'> | undefined): number {
  const { paceMillis } = format?.pace ?? {};
  return paceMillis === undefined ? MOST_PER_MINUTE : Math.min(MOST_PER_MINUTE, Math.floor(60_000 / paceMillis));
}

/** For a vendor whose response is no more than a status: every 2xx, but no page for people, which comes from a proxy. */
export function classifyByStatus(response: ReceiverResponse): Classification {
  const isSuccess = response.statusCode >= 200 && response.statusCode < 300;
  return { kind: isSuccess && webPageCause(response) === undefined ? 'success' : 'failure' };
}
