/**
 * What was listed in a span, in so few words that a receiver can compare it with its own list: how many deliveries, the first
 * and the last id, and a digest of all. Each counts once, also one that was listed twice.
 */
import { createHash } from 'node:crypto';
import type { DeliveryId } from '../runtime/ids.ts';

export interface Manifest {
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Epoch milliseconds, exclusive. */
  readonly until: number;
  readonly count: number;
  /** In the order of the ids, which is that of detection. Absent if there is none. */
  readonly first?: DeliveryId;
  readonly last?: DeliveryId;
  /** Hexadecimal, of the ids in this order, each with a line feed: what `LC_ALL=C sort -u FILE | sha256sum` says of them. */
  readonly sha256: string;
}

export function manifestOf(ids: Iterable<DeliveryId>, from: number, until: number): Manifest {
  const sorted = [...new Set(ids)].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  const hash = createHash('sha256');
  for (const id of sorted) {
    hash.update(`${id}\n`);
  }
  return {
    from,
    until,
    count: sorted.length,
    ...(first && { first }),
    ...(last && { last }),
    sha256: hash.digest('hex'),
  };
}
