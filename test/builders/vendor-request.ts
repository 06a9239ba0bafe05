import type { VendorRequest } from '../../local/receiver/vendors/vendor.ts';
import type { OutgoingRequest } from '../../shared/domain/attempt-outcome.ts';

/** A request as it arrives. */
export function asReceived({ method, url, headers, body }: OutgoingRequest): VendorRequest {
  const { pathname, searchParams } = new URL(url);
  return { method, path: pathname, query: searchParams, headers, body };
}
