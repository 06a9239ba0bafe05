/** Keeps connections that no request uses, a bounded number of them, the longest unused first. */
import type { LookupAddress } from 'node:dns';
import type { Connection } from './connection.https.ts';

/**
 * Several batches of 10 to different receivers. Bounded because each costs a descriptor (Lambda has 1,024) and tens of
 * kilobytes of TLS state, while the number of tenants has no bound.
 */
const MAX_IDLE_CONNECTIONS = 64;

export function createIdleConnections() {
  let connections: Connection[] = [];
  let isClosed = false;
  return {
    /** The one used last, as it is the likeliest to be alive; only if it leads to one of `addresses`. */
    take(origin: string, addresses: readonly LookupAddress[]): Connection | undefined {
      const index = connections.findLastIndex(
        (connection) =>
          connection.origin === origin &&
          connection.isOpen() &&
          addresses.some(({ address }) => address === connection.address),
      );
      return index === -1 ? undefined : connections.splice(index, 1)[0];
    },
    put(connection: Connection): void {
      // One that died meanwhile takes no room from another.
      connections = [...connections, connection].filter((one) => one.isOpen());
      if (isClosed || connections.length > MAX_IDLE_CONNECTIONS) {
        connections.shift()?.destroy();
      }
    },
    close(): void {
      isClosed = true;
      for (const connection of connections.splice(0)) {
        connection.destroy();
      }
    },
  };
}
