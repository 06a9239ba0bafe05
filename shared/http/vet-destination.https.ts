/**
 * The addresses of a destination: resolved at every send, and refused if any of them must not be reached. A connection goes only to
 * what this resolution gave. Sends that begin together share a lookup and what it is judged to be.
 */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { type Cidr, isAllowedAddress } from './address.ts';
import type { NoResponse, ResponseFailure } from './attempt-outcome.ts';
import { dnsFailure, isOwnShortage, NO_ADDRESS, timeout } from './response-failure.ts';
import { codeOf, millisSince, type PhasesSoFar } from './secure-socket.https.ts';
import { type LookUp, shareLookups } from './shared-lookups.https.ts';

export interface VettingOptions {
  /** Local and test stages only. */
  readonly allowedCidrs: readonly Cidr[];
  /** All addresses of a name. Rejects, or gives none, if there are none. */
  readonly resolve?: LookUp<readonly LookupAddress[]>;
}

export type Vetting =
  | { readonly kind: 'allowed'; readonly addresses: readonly LookupAddress[] }
  | { readonly kind: 'refused'; readonly failure: Refusal };

/** A refusal of ours has no cause but itself. */
export type Refusal = ResponseFailure | { readonly error: Extract<NoResponse, 'url-refused' | 'address-refused'> };

const IPV4 = 4;

/** A name may have thousands, and each is vetted at every send. Within the deadline only the first ones are tried anyway. */
const MAX_ADDRESSES = 32;

export interface Vetter {
  /** Of an address without brackets, or of all that a name resolves to. */
  vet(hostname: string, deadline: AbortSignal, phases: PhasesSoFar): Promise<Vetting>;
}

export function createVetter({ allowedCidrs, resolve = resolveByDns }: VettingOptions): Vetter {
  const lookUp = shareLookups(async (hostname) => judge(await resolve(hostname), allowedCidrs));
  return {
    async vet(hostname, deadline, phases) {
      const literal = asAddressLiteral(hostname);
      if (literal !== undefined) {
        return judge([literal], allowedCidrs);
      }
      const askedAt = performance.now();
      const vetting = await within(deadline, lookUp(hostname));
      if (vetting.kind === 'allowed' || vetting.failure.error === 'address-refused') {
        phases.dnsMillis = millisSince(askedAt);
      }
      return vetting;
    },
  };
}

function judge(found: readonly LookupAddress[], allowedCidrs: readonly Cidr[]): Vetting {
  if (found.length === 0) {
    return { kind: 'refused', failure: NO_ADDRESS };
  }
  const addresses = ipv4First(found).slice(0, MAX_ADDRESSES);
  // One refused address among several refuses all: otherwise a retry, or a rebinding, could get to it.
  return addresses.every(({ address }) => isAllowedAddress(address, allowedCidrs))
    ? { kind: 'allowed', addresses }
    : { kind: 'refused', failure: { error: 'address-refused' } };
}

/** The one system call a hanging name server can hold; it cannot be cancelled, so its response is no longer awaited. */
async function within(deadline: AbortSignal, lookup: Promise<Vetting>): Promise<Vetting> {
  const expiry = new Promise<Vetting>((expire) => {
    const failure = timeout('dns');
    deadline.addEventListener('abort', () => expire({ kind: 'refused', failure }), { once: true });
  });
  return Promise.race([lookup.catch(nameDnsFailure), expiry]);
}

function nameDnsFailure(error: unknown): Vetting {
  const code = error instanceof Error ? codeOf(error) : undefined;
  if (isOwnShortage(code)) {
    throw new DependencyUnavailable('network', 'resolve a name', error);
  }
  return { kind: 'refused', failure: dnsFailure(code) };
}

async function resolveByDns(hostname: string): Promise<readonly LookupAddress[]> {
  return lookup(hostname, { all: true, order: 'ipv4first' });
}

/** Whatever order a resolver prefers: where a name has both, IPv6 is the one that a host may have no route for. */
function ipv4First(addresses: readonly LookupAddress[]): readonly LookupAddress[] {
  return [...addresses.filter(({ family }) => family === IPV4), ...addresses.filter(({ family }) => family !== IPV4)];
}

function asAddressLiteral(hostname: string): LookupAddress | undefined {
  const family = isIP(hostname);
  return family === 0 ? undefined : { address: hostname, family };
}
