/**
 * One TLS connection to a receiver, for one HTTP/1.1 exchange at a time by Node's own client: it follows no redirect and
 * reads a bounded response. Who may be reached, and when to resend, is not known here.
 */
import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import {
  MAX_RESPONSE_BYTES,
  MAX_RESPONSE_PIECES,
  type OutgoingRequest,
  type ResponseFailure,
} from './attempt-outcome.ts';
import { type ExchangeStream, HeadRefused, openExchangeStream } from './exchange-stream.https.ts';
import { exchangeFailure, timeout } from './response-failure.ts';
import { MAX_HEADERS_BYTES } from './response-heads.ts';
import { codeOf, millisSince, type PhasesSoFar, soundState, type WatchedSocket } from './secure-socket.https.ts';

export interface WireRequest {
  readonly method: OutgoingRequest['method'];
  /** Host and port as the URL has them. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** As it came over the wire. */
export interface WireResponse {
  readonly statusCode: number;
  /** Names in lower case; of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most the first `MAX_RESPONSE_BYTES`. */
  readonly body: Buffer;
}

export type Exchange =
  | { readonly kind: 'answered'; readonly response: WireResponse }
  | ({
      readonly kind: 'unanswered';
      /** Whether any byte of a response arrived: then the receiver certainly had the request. */
      readonly responseBegan: boolean;
    } & ResponseFailure);

export interface Connection {
  readonly origin: string;
  /** The address at the other end. */
  readonly address: string;
  /** Whether another exchange may begin. */
  isOpen(): boolean;
  /**
   * Sends the request and reads its response. An aborted signal destroys the connection and counts as a timeout. Rejects
   * only for a fault of our own, such as a request that cannot be put on the wire.
   */
  exchange(request: WireRequest, deadline: AbortSignal, phases: PhasesSoFar): Promise<Exchange>;
  destroy(): void;
}

type Ending =
  | {
      readonly kind: 'answered';
      readonly message: IncomingMessage;
      readonly body: Buffer;
      /** False if reading stopped at the limit. */
      readonly isComplete: boolean;
    }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'late' };

/**
 * How long an unused connection stays open. Load balancers commonly close theirs after 60 s (AWS ALB); half of that
 * makes it rare that both sides decide at once. A receiver that announces less in `Keep-Alive: timeout` gets less.
 */
export const MAX_IDLE_MILLIS = 30_000;

/** So much before the receiver's announced end a connection is given up: a request on its way takes time. */
const IDLE_MARGIN_MILLIS = 2_000;

export function connectionOver(origin: string, watched: WatchedSocket): Connection {
  const { socket, address, contain } = watched;
  /** Undefined while no request is under way. */
  let current: ExchangeStream | undefined;

  const take = contain((chunk: Buffer) => {
    if (current === undefined) {
      // The next request, perhaps another tenant's, would take it for its response.
      socket.destroy();
    } else {
      current.take(chunk);
    }
  });
  socket.on('data', take);
  socket.on('end', () => current?.end());
  socket.on('error', (error) => current?.stream.destroy(error));
  socket.on('close', () => current?.stream.destroy());
  socket.on('timeout', () => socket.destroy());

  const exchange: Connection['exchange'] = async (request, deadline, phases) => {
    const sentAt = performance.now();
    let responseBegan = false;
    const stream = openExchangeStream(socket, () => {
      responseBegan = true;
      phases.firstByteMillis = millisSince(sentAt);
    });
    current = stream;
    socket.setTimeout(0);
    socket.ref();
    let idleMillis = 0;
    try {
      const sent = startExchange(request, stream);
      const ending = await endOf(sent, deadline);
      if (ending.kind === 'answered') {
        const response = responseOf(ending);
        // The same turn of the event loop may bring the response and, behind it, word that the request is written.
        await (sent.writableFinished || setImmediate());
        idleMillis = ending.isComplete && isReusable(sent, stream, response) ? idleMillisOf(response) : 0;
        return { kind: 'answered', response };
      }
      const failure =
        ending.kind === 'late' ? timeout(responseBegan ? 'body' : 'first-byte') : nameFailure(ending.error);
      return { kind: 'unanswered', ...failure, responseBegan };
    } finally {
      current = undefined;
      stream.stream.destroy();
      if (idleMillis > 0) {
        socket.setTimeout(idleMillis);
        socket.unref();
        // The stream may have paused it; unread, what arrives now would wait for the next request.
        socket.resume();
      } else {
        socket.destroy();
      }
    }
  };

  function nameFailure(error: Error): ResponseFailure {
    if (error instanceof HeadRefused) {
      return error.failure;
    }
    const code = codeOf(error);
    if (code?.startsWith('HPE_')) {
      return exchangeFailure(code, false, 'reason' in error ? String(error.reason) : undefined);
    }
    const { code: ownCode, hasEnded } = soundState(watched);
    return exchangeFailure(ownCode ?? (hasEnded ? undefined : code), hasEnded);
  }

  return { origin, address, isOpen: () => !socket.destroyed, exchange, destroy: () => socket.destroy() };
}

/** Throws if a header or the path is not what HTTP allows. */
function startExchange({ method, host, path, headers, body }: WireRequest, { stream }: ExchangeStream): ClientRequest {
  const sent = startRequest({
    createConnection: () => stream,
    method,
    path,
    headers: {
      host,
      connection: 'keep-alive',
      'accept-encoding': 'identity',
      ...headers,
      'content-length': body.length,
    },
    // The stream has bounded them already; Node's own count may differ by some bytes.
    maxHeaderSize: 2 * MAX_HEADERS_BYTES,
    // Explicit, because Node has an option for the whole process: a lenient parser lets one response pass for two.
    insecureHTTPParser: false,
  });
  // By size, not by number: Node would silently leave out what comes behind the thousandth.
  sent.maxHeadersCount = 0;
  sent.end(body);
  return sent;
}

function endOf(sent: ClientRequest, deadline: AbortSignal): Promise<Ending> {
  return new Promise((settle) => {
    const expire = () => settle({ kind: 'late' });
    deadline.addEventListener('abort', expire, { once: true });
    if (deadline.aborted) {
      expire();
    }
    const fail = (error: Error) => settle({ kind: 'failed', error });
    let message: IncomingMessage | undefined;
    sent.on('error', (error) => {
      // What is wrong behind a complete response concerns the connection alone.
      if (message?.complete !== true) {
        fail(error);
      }
    });
    sent.on('response', (response) => {
      message = response;
      const chunks: Buffer[] = [];
      let bodyBytes = 0;
      const answer = (isComplete: boolean) => {
        const body = Buffer.concat(chunks, Math.min(bodyBytes, MAX_RESPONSE_BYTES));
        settle({ kind: 'answered', message: response, body, isComplete });
      };
      const isFull = () => bodyBytes >= MAX_RESPONSE_BYTES || chunks.length >= MAX_RESPONSE_PIECES;
      response.on('data', (chunk: Buffer) => {
        // What the parser has at hand still comes once reading has stopped.
        if (isFull()) {
          return;
        }
        chunks.push(chunk);
        bodyBytes += chunk.length;
        if (isFull()) {
          answer(false);
        }
      });
      response.on('end', () => answer(true));
      response.on('error', fail);
    });
  });
}

function responseOf({ message, body }: Extract<Ending, { kind: 'answered' }>): WireResponse {
  const headers: Record<string, string> = {};
  const { rawHeaders } = message;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    headers[name] ??= rawHeaders[index + 1] ?? '';
  }
  return { statusCode: message.statusCode ?? 0, headers, body };
}

/** Node ends the stream where either side wants no further exchange. */
function isReusable(sent: ClientRequest, { stream, isExhausted }: ExchangeStream, { headers }: WireResponse): boolean {
  return sent.writableFinished && !stream.writableEnded && !stream.destroyed && isExhausted(headers);
}

function idleMillisOf({ headers }: WireResponse): number {
  const [, seconds] = /(?:^|[\s,])timeout=(\d{1,9})/i.exec(headers['keep-alive'] ?? '') ?? [];
  return seconds === undefined
    ? MAX_IDLE_MILLIS
    : Math.min(MAX_IDLE_MILLIS, Number(seconds) * 1000 - IDLE_MARGIN_MILLIS);
}
