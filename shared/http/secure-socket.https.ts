/**
 * Opens a TLS connection to one of the addresses that the caller has vetted, and to nothing else, ever: an address is all
 * that Node is given, so there is no name left to look up.
 */
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { PhaseMillis, ResponseFailure } from './attempt-outcome.ts';
import { connectFailure, type FailedAddress, handshakeFailure, isOwnShortage, timeout } from './response-failure.ts';

export interface Destination {
  /** A name without trailing dot, or an address without brackets: what the certificate is checked against. */
  readonly hostname: string;
  readonly port: number;
  readonly addresses: readonly LookupAddress[];
}

/** The phases of the attempt that is going on, entered by whatever completes one. */
export type PhasesSoFar = { -readonly [Phase in keyof PhaseMillis]: PhaseMillis[Phase] };

/** A socket whose errors are noted from its first moment, whatever else listens: none of them can end the process. */
export interface WatchedSocket {
  readonly socket: TLSSocket;
  readonly address: string;
  /** What has gone wrong by now. */
  state(): SocketState;
  /** A listener whose own fault ends this connection alone: nothing else could catch it. `state` then has the fault. */
  contain<Given extends readonly unknown[]>(listener: (...given: Given) => void): (...given: Given) => void;
}

export interface SocketState {
  readonly code: string | undefined;
  readonly isPeerKnown: boolean;
  readonly hasEnded: boolean;
  /** Thrown by a listener of ours. */
  readonly fault: unknown;
}

export type SecureConnect =
  | ({ readonly kind: 'connected' } & WatchedSocket)
  | ({ readonly kind: 'failed' } & ResponseFailure);

/**
 * How long one of several addresses is tried before the next one: a lost SYN is repeated after 1 s, which is longer than
 * one round trip around the globe. The last address has what is left of the deadline.
 */
const NEXT_ADDRESS_AFTER_MILLIS = 1_000;

export async function connectSecurely(
  { hostname, port, addresses }: Destination,
  secureContext: SecureContext,
  deadline: AbortSignal,
  phases: PhasesSoFar,
): Promise<SecureConnect> {
  const startedAt = performance.now();
  const failures: FailedAddress[] = [];
  for (const [index, { address, family }] of addresses.entries()) {
    const watched = openSocket(address, port, hostname, secureContext);
    const isLast = index === addresses.length - 1;
    const reached = await until(watched.socket, 'connect', deadline, isLast ? undefined : NEXT_ADDRESS_AFTER_MILLIS);
    if (reached === 'happened') {
      phases.connectMillis = millisSince(startedAt);
      return shakeHands(watched, deadline, phases);
    }
    watched.socket.destroy();
    if (deadline.aborted) {
      return { kind: 'failed', ...timeout('connect') };
    }
    const code = reached === 'late' ? 'ETIMEDOUT' : soundState(watched).code;
    if (isOwnShortage(code)) {
      throw new DependencyUnavailable('network', `open a socket: ${code}`, undefined);
    }
    failures.push({ code, isIpv6: family === 6 });
  }
  return { kind: 'failed', ...connectFailure(failures) };
}

async function shakeHands(watched: WatchedSocket, deadline: AbortSignal, phases: PhasesSoFar): Promise<SecureConnect> {
  const startedAt = performance.now();
  const reached = await until(watched.socket, 'secureConnect', deadline);
  if (reached === 'happened') {
    phases.tlsMillis = millisSince(startedAt);
    return { kind: 'connected', ...watched };
  }
  watched.socket.destroy();
  return { kind: 'failed', ...(reached === 'late' ? timeout('tls') : handshakeFailure(soundState(watched))) };
}

function openSocket(address: string, port: number, hostname: string, secureContext: SecureContext): WatchedSocket {
  const socket = connect({
    host: address,
    port,
    // The certificate is checked against the name, whatever address answered. TLS has no SNI for addresses (RFC 6066).
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    secureContext,
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise switch it off.
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  });
  socket.setNoDelay(true);
  let code: string | undefined;
  let isPeerKnown = false;
  let hasEnded = false;
  let fault: unknown;
  const contain: WatchedSocket['contain'] =
    (listener) =>
    (...given) => {
      try {
        listener(...given);
      } catch (error) {
        fault = error;
        socket.destroy();
      }
    };
  socket.on(
    'error',
    contain((error) => {
      code ??= codeOf(error);
      isPeerKnown = hasPeerCertificate(socket);
    }),
  );
  socket.on('end', () => {
    hasEnded = true;
  });
  return { socket, address, state: () => ({ code, isPeerKnown, hasEnded, fault }), contain };
}

/** Of a socket that is gone Node gives null, which its type does not say. */
function hasPeerCertificate(socket: TLSSocket): boolean {
  const certificate: object | null = socket.getPeerCertificate();
  return certificate !== null && Object.keys(certificate).length > 0;
}

/** Throws if a listener of ours has: that is no failure of the receiver. */
export function soundState({ state }: WatchedSocket): SocketState {
  const now = state();
  if (now.fault !== undefined) {
    throw now.fault;
  }
  return now;
}

/** `late` once `limitMillis` or the deadline has passed. */
function until(
  socket: TLSSocket,
  event: 'connect' | 'secureConnect',
  deadline: AbortSignal,
  limitMillis?: number,
): Promise<'happened' | 'closed' | 'late'> {
  return new Promise((resolve) => {
    const timer = limitMillis === undefined ? undefined : setTimeout(() => settle('late'), limitMillis);
    const expire = () => settle('late');
    const settle = (reached: 'happened' | 'closed' | 'late') => {
      clearTimeout(timer);
      deadline.removeEventListener('abort', expire);
      resolve(reached);
    };
    socket.once(event, () => settle('happened'));
    socket.once('close', () => settle('closed'));
    deadline.addEventListener('abort', expire);
    if (deadline.aborted) {
      expire();
    }
  });
}

export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function millisSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
