/**
 * The door to the receivers: refuses what must not be reached, resolves at every send and connects only to what that
 * very resolution gave, keeps connections, and turns everything that can go wrong out there into an outcome.
 */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { type Cidr, isAllowedAddress } from './address.ts';
import type { NoResponse, OutgoingRequest } from './attempt-outcome.ts';
import {
  type Connection,
  type Exchange,
  millisSince,
  openConnection,
  type PhasesSoFar,
  type WireRequest,
} from './connection.undici.ts';
import type { WebhookClient } from './webhook-client.port.ts';
import { checkWebhookUrl } from './webhook-url.ts';

export interface UndiciWebhookClientOptions {
  /** Local and test stages only. */
  readonly allowedCidrs: readonly Cidr[];
  readonly ownHosts: readonly string[];
  /** PEM, trusted besides the usual roots; empty for none. Local and test stages only. */
  readonly extraCa?: string;
  /** All addresses of a name. Rejects, or gives none, if there are none. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

export interface UndiciWebhookClient extends WebhookClient {
  /** Closes the idle connections, and those in use as soon as they have their answer. */
  close(): void;
}

/**
 * Several batches of 10 to different receivers. Bounded because each costs a descriptor (Lambda has 1,024) and tens of
 * kilobytes of TLS state, while the number of tenants has no bound.
 */
const MAX_IDLE_CONNECTIONS = 64;

type Vetting =
  | { readonly kind: 'allowed'; readonly addresses: readonly LookupAddress[] }
  | { readonly kind: 'refused'; readonly error: NoResponse };

export function createUndiciWebhookClient(options: UndiciWebhookClientOptions): UndiciWebhookClient {
  const { allowedCidrs, extraCa = '', resolve = resolveByDns } = options;
  // Made once: reading a hundred and fifty root certificates takes longer than a request.
  const secureContext = createSecureContext(extraCa === '' ? {} : { ca: [...rootCertificates, extraCa] });
  const idle = createIdleConnections();

  const vetDestination = async (hostname: string, deadline: AbortSignal, phases: PhasesSoFar): Promise<Vetting> => {
    const literal = asAddressLiteral(hostname);
    const askedAt = performance.now();
    const addresses = literal === undefined ? await resolveWithin(deadline, resolve(hostname)) : [literal];
    if (addresses === 'timeout') {
      return { kind: 'refused', error: 'timeout' };
    }
    if (addresses.length === 0) {
      return { kind: 'refused', error: 'dns-failed' };
    }
    if (literal === undefined) {
      phases.dnsMillis = millisSince(askedAt);
    }
    // One refused address among several refuses all: otherwise a retry, or a rebinding, could get to it.
    return addresses.every(({ address }) => isAllowedAddress(address, allowedCidrs))
      ? { kind: 'allowed', addresses }
      : { kind: 'refused', error: 'address-refused' };
  };

  const attempt = async (request: OutgoingRequest, deadline: AbortSignal, phases: PhasesSoFar): Promise<Exchange> => {
    const url = checkWebhookUrl(request.url, options);
    if (url.kind === 'refused') {
      return fail(url.reason === 'address-refused' ? 'address-refused' : 'url-refused');
    }
    const vetting = await vetDestination(url.hostname, deadline, phases);
    if (vetting.kind === 'refused') {
      return fail(vetting.error);
    }

    const { method, headers } = request;
    const wireRequest: WireRequest = { method, path: url.path, headers, body: Buffer.from(request.body, 'utf8') };
    const exchangeOver = async (connection: Connection) => {
      const exchange = await connection.exchange(wireRequest, deadline, phases);
      idle.put(connection);
      return exchange;
    };
    const reused = idle.take(url.origin, vetting.addresses);
    if (reused !== undefined) {
      const exchange = await exchangeOver(reused);
      // While this function was frozen, or just now, the receiver may have closed the idle connection: then it never
      // saw the request. On a fresh connection a reset says nothing of the kind, and nothing is resent.
      if (!wasClosedBeforeUse(exchange)) {
        return exchange;
      }
    }
    return exchangeOver(openConnection(url.origin, vetting.addresses, secureContext));
  };

  return {
    async send(request, deadlineMillis) {
      const startedAt = performance.now();
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), deadlineMillis);
      try {
        const phases: PhasesSoFar = {};
        const exchange = await attempt(request, deadline.signal, phases);
        const millis = millisSince(startedAt);
        return exchange.kind === 'answered'
          ? { kind: 'answered', response: exchange.response, millis, phases }
          : { kind: 'unanswered', error: exchange.error, millis, phases };
      } finally {
        clearTimeout(timer);
      }
    },
    close: idle.close,
  };
}

/** Open connections nobody uses, the longest unused first. */
function createIdleConnections() {
  const connections: Connection[] = [];
  let isClosed = false;
  return {
    /** The one used last, as it is the likeliest to be alive; only if it leads to one of `addresses`. */
    take(origin: string, addresses: readonly LookupAddress[]): Connection | undefined {
      const index = connections.findLastIndex((connection) => {
        const openAddress = connection.openAddress();
        return connection.origin === origin && addresses.some(({ address }) => address === openAddress);
      });
      return index === -1 ? undefined : connections.splice(index, 1)[0];
    },
    put(connection: Connection): void {
      if (connection.openAddress() === undefined) {
        return;
      }
      connections.push(connection);
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

/** The one system call a hanging name server can hold; it cannot be cancelled, so its answer is no longer awaited. */
async function resolveWithin(
  deadline: AbortSignal,
  resolution: Promise<readonly LookupAddress[]>,
): Promise<readonly LookupAddress[] | 'timeout'> {
  const expiry = new Promise<'timeout'>((expire) => {
    deadline.addEventListener('abort', () => expire('timeout'), { once: true });
  });
  // Whatever the resolver's error says (no such name, no name server), there is no address.
  return Promise.race([resolution.catch(() => []), expiry]);
}

async function resolveByDns(hostname: string): Promise<readonly LookupAddress[]> {
  return lookup(hostname, { all: true, order: 'verbatim' });
}

function asAddressLiteral(hostname: string): LookupAddress | undefined {
  const family = isIP(hostname);
  return family === 0 ? undefined : { address: hostname, family };
}

function wasClosedBeforeUse(exchange: Exchange): boolean {
  return exchange.kind === 'unanswered' && exchange.error === 'connection-reset' && !exchange.responseBegan;
}

function fail(error: NoResponse): Exchange {
  return { kind: 'unanswered', error, responseBegan: false };
}
