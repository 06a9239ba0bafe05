/**
 * Leads requests to the vendors that the demo receiver plays: `/vendor/<id>/<mode>/…`. In the mode `accepts` a vendor does
 * as documented. In the mode `false-success-first` its first response to each delivery is a 2xx that does not mean accepted.
 */
import type { Receive, VendorRequest, VendorResponse } from '../../shared/destinations/simulation.vendor.ts';
import { findVendor, VENDORS } from '../../shared/destinations/vendors.vendor.ts';

type Mode = 'accepts' | 'false-success-first';

const MOUNT = /^\/vendor\/([\w-]+)\/(accepts|false-success-first)(?=[/?]|$)/;

export interface VendorRouter {
  /** `nth` counts the requests of a delivery, from 1. Undefined if the path leads to no vendor. */
  receive(request: VendorRequest, nth: number): VendorResponse | undefined;
}

/** With vendors whose memory is empty. */
export function createVendorRouter(): VendorRouter {
  const receivers = new Map<string, Receive>(VENDORS.map((vendor) => [vendor.id, vendor.create()]));
  return {
    receive(request, nth) {
      const [, id = '', mode] = MOUNT.exec(request.path) ?? [];
      const vendor = tokenIssuer(request) ?? findVendor(id);
      return mode === 'false-success-first' && nth === 1
        ? vendor?.falseSuccess
        : vendor && receivers.get(vendor.id)?.(request);
    },
  };
}

/** A request for an access token is no part of a delivery. */
export function isTokenRequest(request: VendorRequest): boolean {
  return tokenIssuer(request) !== undefined;
}

/** A webhook gives only the origin of the token's URL, so the path has no mount. */
function tokenIssuer({ path }: VendorRequest) {
  return VENDORS.find(({ tokenPath }) => tokenPath?.test(path));
}

export function mountOf(id: string, mode: Mode): string {
  return `/vendor/${id}/${mode}`;
}

/** The part of a path that names the vendor and its mode; formats add to the rest. Undefined if it leads to no vendor. */
export function vendorMount(path: string): string | undefined {
  return MOUNT.exec(path)?.[0];
}

/** The statuses with which the vendor at this path responds to the attempts of a delivery, in order. */
export function vendorStatuses(path: string): readonly number[] | undefined {
  const [, id = '', mode] = MOUNT.exec(path) ?? [];
  const vendor = findVendor(id);
  if (vendor === undefined) {
    return undefined;
  }
  const falseSuccesses = mode === 'false-success-first' ? [vendor.falseSuccess?.statusCode ?? vendor.accepted] : [];
  return [...falseSuccesses, vendor.accepted];
}
