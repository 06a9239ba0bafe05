/**
 * One lookup for all that ask for a name at the same moment, as the deliveries of a batch do. No answer is kept: a send
 * that begins when the lookup has ended, or when it has taken long, has a lookup of its own.
 */
import type { LookupAddress } from 'node:dns';

export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

interface Lookup {
  readonly addresses: Promise<readonly LookupAddress[]>;
  readonly begunAt: number;
}

/** A name server that hangs may have recovered by then: what asks later must not wait for the old question. */
const SHARED_FOR_MILLIS = 1_000;

/** `now` in milliseconds. */
export function shareLookups(resolve: Resolve, now: () => number = () => performance.now()): Resolve {
  const underWay = new Map<string, Lookup>();
  return async (hostname) => {
    const known = underWay.get(hostname);
    if (known !== undefined && now() - known.begunAt < SHARED_FOR_MILLIS) {
      return known.addresses;
    }
    const own: Lookup = { addresses: resolve(hostname), begunAt: now() };
    underWay.set(hostname, own);
    try {
      return await own.addresses;
    } finally {
      if (underWay.get(hostname) === own) {
        underWay.delete(hostname);
      }
    }
  };
}
