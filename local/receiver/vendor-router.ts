/**
 * Leads requests to the vendors that the demo receiver plays: `/vendor/<format>/<mood>/…`. In the mood `accepts` a vendor
 * does as documented; in `pretends-once` it first answers each delivery with a 2xx that means nothing.
 */
import type { Vendor, VendorRequest, VendorResponse } from '../../shared/destinations/simulation.vendor.ts';
import { createVendors } from '../../shared/destinations/vendors.vendor.ts';

const MOUNT = /^\/vendor\/([\w-]+)\/(accepts|pretends-once)(?=[/?]|$)/;

/** The one sign-in service there is; only its address is given to a webhook, so it has no place of its own. */
const TOKEN_ISSUER = 'sentinel';
const TOKEN_PATH = /\/oauth2\/v2\.0\/token$/;

export interface VendorRouter {
  /** `nth` counts the requests of a delivery, from 1. Undefined if the path leads to no vendor. */
  receive(request: VendorRequest, nth: number): VendorResponse | undefined;
}

/** With vendors that have seen nothing yet. */
export function createVendorRouter(): VendorRouter {
  const vendors = createVendors();
  return {
    receive(request, nth) {
      const [, formatId, mode] = MOUNT.exec(request.path) ?? [];
      const vendor = findVendor(vendors, isTokenRequest(request) ? TOKEN_ISSUER : formatId);
      return mode === 'pretends-once' && nth === 1 ? vendor?.falseSuccess : vendor?.receive(request);
    },
  };
}

/** Asking for a token is no part of any delivery. */
export function isTokenRequest({ path }: VendorRequest): boolean {
  return TOKEN_PATH.test(path);
}

/** The part of a path that says who answers and how; formats add to the rest. Undefined if it leads to no vendor. */
export function vendorMount(path: string): string | undefined {
  return MOUNT.exec(path)?.[0];
}

/** What the vendor at this path answers to the attempts of a delivery, in order. */
export function vendorStatuses(path: string): readonly number[] | undefined {
  const [, formatId, mode] = MOUNT.exec(path) ?? [];
  const vendor = findVendor(createVendors(), formatId);
  if (vendor === undefined) {
    return undefined;
  }
  const falseSuccesses = mode === 'pretends-once' ? [vendor.falseSuccess?.statusCode ?? vendor.accepted] : [];
  return [...falseSuccesses, vendor.accepted];
}

function findVendor(vendors: readonly Vendor[], formatId: string | undefined): Vendor | undefined {
  return vendors.find((vendor) => vendor.formatId === formatId);
}
