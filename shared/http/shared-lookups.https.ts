/**
 * One lookup for all that ask for a name at the same moment, as the deliveries of a batch do. No answer is kept: a send
 * that begins when the lookup has ended, or when it has taken long, has a lookup of its own.
 */

export type LookUp<Found> = (hostname: string) => Promise<Found>;

interface Lookup<Found> {
  readonly found: Promise<Found>;
  readonly begunAt: number;
}

/** A name server that hangs may have recovered by then: what asks later must not wait for the old question. */
const SHARED_FOR_MILLIS = 1_000;

/** `now` in milliseconds. */
export function shareLookups<Found>(lookUp: LookUp<Found>, now: () => number = () => performance.now()): LookUp<Found> {
  const underWay = new Map<string, Lookup<Found>>();
  return async (hostname) => {
    const known = underWay.get(hostname);
    if (known !== undefined && now() - known.begunAt < SHARED_FOR_MILLIS) {
      return known.found;
    }
    const own: Lookup<Found> = { found: lookUp(hostname), begunAt: now() };
    underWay.set(hostname, own);
    try {
      return await own.found;
    } finally {
      if (underWay.get(hostname) === own) {
        underWay.delete(hostname);
      }
    }
  };
}
