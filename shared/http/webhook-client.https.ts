/**
 * The door to the receivers: refuses what must not be reached, resolves at every send and connects only to what that
 * very resolution gave, keeps connections, and turns everything that can go wrong out there into an outcome.
 */
import type { LookupAddress } from 'node:dns';
import { setImmediate } from 'node:timers/promises';
import { createSecureContext, rootCertificates } from 'node:tls';
import { BoundedCache } from '../runtime/bounded-cache.ts';
import type { AttemptOutcome, OutgoingRequest } from './attempt-outcome.ts';
import { type Connection, connectionOver, type Exchange, type WireRequest } from './connection.https.ts';
import { createIdleConnections } from './idle-connections.https.ts';
import { readBody } from './response-body.https.ts';
import { textOf } from './response-text.ts';
import { connectSecurely, millisSince, type PhasesSoFar } from './secure-socket.https.ts';
import { createVetter, type Refusal, type VettingOptions } from './vet-destination.https.ts';
import type { WebhookClient } from './webhook-client.port.ts';
import { type AcceptedUrl, checkWebhookUrl, type WebhookUrlRules } from './webhook-url.ts';

export interface HttpsWebhookClientOptions extends VettingOptions {
  readonly ownHosts: readonly string[];
  /** PEM, trusted besides the usual roots; empty for none. Local and test stages only. */
  readonly extraCa?: string;
}

export interface HttpsWebhookClient extends WebhookClient {
  /** Closes the idle connections, and those in use as soon as they have their response. */
  close(): void;
}

type CheckedUrl = ReturnType<typeof checkWebhookUrl>;

/** Of some thousand URLs. */
const MAX_CHECKED_BYTES = 4 * 1024 * 1024;

/** What an entry takes, roughly: its objects, and so often the text's characters in key and parts. */
const CHECKED_BYTES = 512;
const CHECKED_TEXTS = 4;

type Attempted = Exchange | ({ readonly kind: 'unanswered' } & Refusal);

export function createHttpsWebhookClient(options: HttpsWebhookClientOptions): HttpsWebhookClient {
  const { extraCa = '' } = options;
  // Made once: reading a hundred and fifty root certificates takes longer than a request.
  const secureContext = createSecureContext({
    minVersion: 'TLSv1.2',
    ...(extraCa !== '' && { ca: [...rootCertificates, extraCa] }),
  });
  const vetter = createVetter(options);
  const checkOnce = createUrlCheck(options);
  const idle = createIdleConnections();

  const attempt = async (request: OutgoingRequest, deadline: AbortSignal, phases: PhasesSoFar): Promise<Attempted> => {
    const url = checkOnce(request.url);
    if (url.kind === 'refused') {
      return { kind: 'unanswered', error: url.reason === 'address-refused' ? 'address-refused' : 'url-refused' };
    }
    const vetting = await vetter.vet(url.hostname, deadline, phases);
    if (vetting.kind === 'refused') {
      return { kind: 'unanswered', ...vetting.failure };
    }
    const { addresses } = vetting;
    const wireRequest = toWireRequest(request, url);
    const exchangeOver = async (connection: Connection) => {
      const exchange = await connection.exchange(wireRequest, deadline, phases);
      idle.put(connection);
      return exchange;
    };
    const exchangeFreshly = async (): Promise<Attempted> => {
      const { hostname, port } = url;
      const connected = await connectSecurely({ hostname, port, addresses }, secureContext, deadline, phases);
      return connected.kind === 'connected'
        ? exchangeOver(connectionOver(url.origin, connected))
        : { ...connected, kind: 'unanswered' };
    };
    const reused = await takeIdle(url.origin, addresses);
    if (reused !== undefined) {
      const exchange = await exchangeOver(reused);
      // While this function was frozen, or just now, the receiver may have closed the idle connection: then it never
      // saw the request. On a fresh connection a reset says nothing of the kind, and nothing is resent.
      if (!wasClosedBeforeUse(exchange)) {
        return exchange;
      }
    }
    return exchangeFreshly();
  };

  /** Only one that is still open once everything that had arrived on it, an end or bytes, has been read. */
  const takeIdle = async (origin: string, addresses: readonly LookupAddress[]): Promise<Connection | undefined> => {
    for (;;) {
      const connection = idle.take(origin, addresses);
      if (connection === undefined) {
        return undefined;
      }
      // The first ends the turn of the event loop that is going on; before the second all sockets are polled.
      await setImmediate();
      await setImmediate();
      if (connection.isOpen()) {
        return connection;
      }
    }
  };

  return {
    async send(request, deadlineMillis) {
      const startedAt = performance.now();
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), deadlineMillis);
      try {
        const phases: PhasesSoFar = {};
        return toOutcome(await attempt(request, deadline.signal, phases), deadline.signal, startedAt, phases);
      } finally {
        clearTimeout(timer);
      }
    },
    close: idle.close,
  };
}

/** By the text alone and the same rules: what was accepted once is accepted again. */
function createUrlCheck(rules: WebhookUrlRules): (text: string) => CheckedUrl {
  const checked = new BoundedCache<string, CheckedUrl>(MAX_CHECKED_BYTES);
  return (text) => {
    const known = checked.get(text);
    if (known !== undefined) {
      return known;
    }
    const url = checkWebhookUrl(text, rules);
    checked.set(text, url, CHECKED_BYTES + CHECKED_TEXTS * text.length);
    return url;
  };
}

async function toOutcome(
  attempted: Attempted,
  deadline: AbortSignal,
  startedAt: number,
  phases: PhasesSoFar,
): Promise<AttemptOutcome> {
  if (attempted.kind === 'unanswered') {
    const { error } = attempted;
    const cause = 'cause' in attempted && { cause: attempted.cause };
    const code = 'code' in attempted && attempted.code !== undefined && { code: attempted.code };
    return { kind: 'unanswered', error, ...cause, ...code, millis: millisSince(startedAt), phases };
  }
  const { statusCode, headers, body } = attempted.response;
  const text = textOf(await readBody(body, headers['content-encoding'], deadline), headers['content-type']);
  return { kind: 'answered', response: { statusCode, headers, body: text }, millis: millisSince(startedAt), phases };
}

function toWireRequest({ method, headers, body }: OutgoingRequest, url: AcceptedUrl): WireRequest {
  return { method, host: url.host, path: url.path, headers, body: Buffer.from(body, 'utf8') };
}

function wasClosedBeforeUse(exchange: Exchange): boolean {
  return exchange.kind === 'unanswered' && exchange.error === 'connection-reset' && !exchange.responseBegan;
}
