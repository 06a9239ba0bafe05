/**
 * One TLS connection to a receiver, for one HTTP/1.1 exchange at a time: it goes to the given addresses only, follows
 * no redirect, inflates nothing and reads a bounded answer. Who may be reached, and when to resend, is not known here.
 */
import type { LookupAddress } from 'node:dns';
import { isIP, type TcpNetConnectOpts } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import Client from 'undici/lib/dispatcher/client.js';
import { MAX_RESPONSE_BYTES, type NoResponse, type PhaseMillis, type ReceiverResponse } from './attempt-outcome.ts';

export interface WireRequest {
  readonly method: 'POST' | 'PUT';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Exchange =
  | { readonly kind: 'answered'; readonly response: ReceiverResponse }
  | {
      readonly kind: 'unanswered';
      readonly error: NoResponse;
      /** Whether any byte of an answer arrived: then the receiver certainly had the request. */
      readonly responseBegan: boolean;
    };

/** The phases of the try that is going on, entered by whoever completes one. */
export type PhasesSoFar = { -readonly [Phase in keyof PhaseMillis]: PhaseMillis[Phase] };

export interface Connection {
  readonly origin: string;
  /** The address at the other end; undefined before the first exchange and once closed. */
  openAddress(): string | undefined;
  /**
   * Sends the request and reads its answer; connects first if this is the first exchange. An aborted signal destroys
   * the connection and counts as `timeout`. Rejects only if the request itself cannot be put on the wire.
   */
  exchange(request: WireRequest, deadline: AbortSignal, phases: PhasesSoFar): Promise<Exchange>;
  destroy(): void;
}

/**
 * How long an unused connection stays open. Load balancers commonly close theirs after 60 s (AWS ALB); half of that
 * makes it rare that both sides decide at once. A receiver that announces less in `Keep-Alive: timeout` gets less.
 */
export const MAX_IDLE_MILLIS = 30_000;

/**
 * How long one of several addresses is tried before the next one: a lost SYN is repeated after 1 s, and Node's default
 * of 250 ms is shorter than one round trip around the globe. The last address has what is left of the deadline.
 */
const NEXT_ADDRESS_AFTER_MILLIS = 1_000;

/** Carries what went wrong while connecting through undici: only the place that raises it knows how far it had got. */
class ConnectError extends Error {
  readonly noResponse: NoResponse;

  constructor(noResponse: NoResponse, cause?: Error) {
    super(`not connected: ${noResponse}`, { cause });
    this.noResponse = noResponse;
  }
}

/** Prepares a connection that will go to one of `addresses`, which the caller has vetted, and to nothing else, ever. */
export function openConnection(
  origin: string,
  addresses: readonly LookupAddress[],
  secureContext: SecureContext,
): Connection {
  let socket: TLSSocket | undefined;
  /** Of the exchange that is going on. */
  let phases: PhasesSoFar = {};

  const client = new Client(origin, {
    connect: ({ hostname, port }, callback) => {
      // undici wants to reconnect when it finds an idle socket dead. Vetted addresses are good for one connection only.
      if (socket !== undefined) {
        return callback(new ConnectError('connection-reset'), null);
      }
      socket = connectTls(hostname, port, addresses, secureContext, phases, callback);
    },
    keepAliveTimeout: MAX_IDLE_MILLIS,
    keepAliveMaxTimeout: MAX_IDLE_MILLIS,
    // The caller's deadline covers everything; undici's own timers would only add work.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const destroy = () => {
    // undici does not know a socket that is still connecting.
    socket?.destroy();
    void client.destroy();
  };

  const exchange: Connection['exchange'] = ({ method, path, headers, body }, deadline, phasesSoFar) =>
    new Promise((resolve, reject) => {
      phases = phasesSoFar;
      let sentAt = 0;
      const reader = createResponseReader();
      const expire = () => {
        // First of all, as destroying reports an error of its own.
        resolve({ kind: 'unanswered', error: 'timeout', responseBegan: reader.hasBegun() });
        destroy();
      };
      if (deadline.aborted) {
        return expire();
      }
      deadline.addEventListener('abort', expire, { once: true });

      client.dispatch(
        { method, path, headers, body },
        {
          // Only once the connection is ready.
          onRequestStart() {
            sentAt = performance.now();
          },
          // For a preliminary answer too, and then again.
          onResponseStarted() {
            reader.begin();
            phasesSoFar.firstByteMillis ??= millisSince(sentAt);
          },
          onResponseStart(_controller, statusCode, responseHeaders) {
            // Also called for 102 and 103; the head of the answer itself, which follows, replaces theirs.
            reader.readHead(statusCode, responseHeaders);
          },
          onResponseData(_controller, chunk) {
            if (reader.readBody(chunk) < MAX_RESPONSE_BYTES) {
              return;
            }
            resolve({ kind: 'answered', response: reader.response() });
            destroy();
          },
          onResponseEnd() {
            resolve({ kind: 'answered', response: reader.response() });
          },
          onResponseError(_controller, error) {
            if (isUnsendable(error)) {
              reject(error);
              destroy();
            } else {
              resolve({ kind: 'unanswered', error: nameError(error), responseBegan: reader.hasBegun() });
            }
          },
        },
      );
    });

  return {
    origin,
    openAddress: () => (socket === undefined || socket.destroyed ? undefined : socket.remoteAddress),
    exchange,
    destroy,
  };
}

function connectTls(
  hostname: string,
  port: string,
  addresses: readonly LookupAddress[],
  secureContext: SecureContext,
  phases: PhasesSoFar,
  callback: buildConnector.Callback,
): TLSSocket {
  const tcp: TcpNetConnectOpts = {
    host: hostname,
    port: Number(port === '' ? 443 : port),
    // Makes Node ask for all addresses at once, so the answer is always a list. It never asks for a literal.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MILLIS,
    lookup: (_hostname, _options, done) => done(null, [...addresses]),
  };
  let phaseBeganAt = performance.now();
  let isConnected = false;
  let isSecure = false;
  const socket = connect({
    ...tcp,
    // The certificate is checked against the name, whatever address answered. TLS has no SNI for addresses (RFC 6066).
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    secureContext,
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise switch it off.
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  });
  socket.setNoDelay(true);
  socket.once('connect', () => {
    isConnected = true;
    phases.connectMillis = millisSince(phaseBeganAt);
    phaseBeganAt = performance.now();
  });
  socket.once('secureConnect', () => {
    isSecure = true;
    phases.tlsMillis = millisSince(phaseBeganAt);
    callback(null, socket);
  });
  socket.on('error', (error) => {
    if (!isSecure) {
      callback(new ConnectError(isConnected ? nameHandshakeError(error) : 'connect-failed', error), null);
    }
  });
  return socket;
}

export function millisSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

function createResponseReader() {
  let hasBegun = false;
  let statusCode = 0;
  let headers: ReceiverResponse['headers'] = {};
  const chunks: Buffer[] = [];
  let bodyBytes = 0;
  return {
    begin() {
      hasBegun = true;
    },
    hasBegun: () => hasBegun,
    readHead(status: number, received: Dispatcher.ResponseData['headers']) {
      statusCode = status;
      headers = takeFirstValues(received);
    },
    /** Returns how many bytes there are now. */
    readBody(chunk: Buffer): number {
      chunks.push(chunk);
      bodyBytes += chunk.length;
      return bodyBytes;
    },
    response(): ReceiverResponse {
      const body = Buffer.concat(chunks, Math.min(bodyBytes, MAX_RESPONSE_BYTES));
      return { statusCode, headers, body: body.toString('utf8') };
    },
  };
}

function takeFirstValues(received: Dispatcher.ResponseData['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    const first = typeof value === 'string' ? value : value?.[0];
    if (first !== undefined) {
      headers[name] = first;
    }
  }
  return headers;
}

/** The network may fail during a handshake as at any other time; everything else there is about TLS. */
function nameHandshakeError(error: Error): NoResponse {
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(codeOf(error)) ? 'connection-reset' : 'tls-failed';
}

function nameError(error: Error): NoResponse {
  if (error instanceof ConnectError) {
    return error.noResponse;
  }
  const code = codeOf(error);
  // TLS 1.3 reports some refusals, such as a missing client certificate, only after the handshake.
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return 'tls-failed';
  }
  if (isProtocolError(error)) {
    return 'protocol-violated';
  }
  return 'connection-reset';
}

function isProtocolError(error: Error): boolean {
  return (
    error.name === 'HTTPParserError' ||
    codeOf(error) === 'UND_ERR_HEADERS_OVERFLOW' ||
    // An unasked `100 Continue`, which undici does not skip as it does 102 and 103, or a `101`: they have no own code.
    (codeOf(error) === 'UND_ERR_SOCKET' && ['bad response', 'bad upgrade'].includes(error.message))
  );
}

/** Our own fault: a header or path that HTTP does not allow, or a content-length that is not the body's. */
function isUnsendable(error: Error): boolean {
  return ['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'].includes(
    codeOf(error),
  );
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
