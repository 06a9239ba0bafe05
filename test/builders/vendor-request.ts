import type { VendorRequest } from '../../shared/destinations/simulation.vendor.ts';
import type { OutgoingRequest } from '../../shared/http/attempt-outcome.ts';

/** A request as it arrives. */
export function asReceived({ method, url, headers, body }: OutgoingRequest): VendorRequest {
  const { pathname, searchParams } = new URL(url);
  return { method, path: pathname, query: searchParams, headers, body };
}
