/**
 * What came back from one HTTP attempt, before it is judged: a response, or why there was none. Judging is `classify.ts`.
 */

/**
 * The stage at which there was no usable response. Rows keep this word, so its list grows only when every version that
 * may read a row knows the new word; `NoResponseCause` is finer.
 * `url-refused` and `address-refused` mean that no connection was tried; `timeout` covers DNS to the end of the response;
 * `no-token` that the issuer of the access token gave none, so that the receiver was not asked.
 */
export type NoResponse =
  | 'url-refused'
  | 'address-refused'
  | 'dns-failed'
  | 'connect-failed'
  | 'tls-failed'
  | 'connection-reset'
  | 'protocol-violated'
  | 'timeout'
  | 'no-token';

/** What exactly went wrong, in the order in which it can: the name, the connection, TLS, the response, time. */
export const NO_RESPONSE_CAUSES = [
  'no-such-name',
  'dns-unavailable',
  'no-usable-address',
  'connection-refused',
  'unreachable',
  'not-tls',
  'tls-version',
  'tls-no-common-cipher',
  'tls-name-refused',
  'tls-protocol-refused',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-self-signed',
  'certificate-authority-unknown',
  'certificate-host-mismatch',
  'certificate-unfit',
  'client-certificate-wanted',
  'connection-reset',
  'closed-early',
  'contradictory-lengths',
  'headers-too-large',
  'malformed-response',
  'timeout-dns',
  'timeout-connect',
  'timeout-tls',
  'timeout-first-byte',
  'timeout-body',
  'unknown',
] as const;

export type NoResponseCause = (typeof NO_RESPONSE_CAUSES)[number];

/**
 * Why there was no access token that can be used, so that the receiver was not asked. An unreachable issuer has one of the causes
 * above. `token-type`: the token is no bearer token.
 */
const TOKEN_CAUSES = ['token-url-refused', 'token-refused', 'token-type'] as const;

export type TokenCause = (typeof TOKEN_CAUSES)[number];

/** Whether the host of the token URL has responded, with no token that can be used. */
export function hasIssuerResponded(cause: AttemptCause | undefined): boolean {
  return cause === 'token-refused' || cause === 'token-type';
}

/** What a response is that no receiver has made. `challenge-page`: a known proxy tests for a browser, or refuses. */
const WEB_PAGE_CAUSES = ['challenge-page', 'web-page'] as const;

export type WebPageCause = (typeof WEB_PAGE_CAUSES)[number];

/** Rows keep these words. A version that lacks one of them reads `unknown`. */
export const ATTEMPT_CAUSES = [...NO_RESPONSE_CAUSES, ...TOKEN_CAUSES, ...WEB_PAGE_CAUSES] as const;

export type AttemptCause = (typeof ATTEMPT_CAUSES)[number];

/** Why there was no response, for a program, a person and an engineer. */
export interface ResponseFailure {
  readonly error: NoResponse;
  readonly cause: NoResponseCause;
  /** The technical code as Node, OpenSSL or the operating system has it; absent where they have none, as for a timeout. */
  readonly code?: string;
}

/** What is read of a response's body: enough for everything a receiver has to say, and no more for one that never ends. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * In how many pieces, TLS records or chunks, a head or a body may come: each costs some microseconds, and 64 KB of single
 * bytes would cost hundreds of milliseconds. An ordinary response has as many pieces as packets.
 */
export const MAX_RESPONSE_PIECES = 4_096;

/** An HTTP response, whatever its status. `body` is of at most `MAX_RESPONSE_BYTES`, inflated, as text. */
export interface ReceiverResponse {
  readonly statusCode: number;
  /** Names in lower case; of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * How long the phases of one attempt took, each rounded to whole milliseconds. A phase is there once it has succeeded: an
 * attempt that broke off has those before, and one on a kept connection neither connect nor TLS. They follow one another,
 * so what they leave of `millis` is the rest of the response, or the phase that broke off.
 */
export interface PhaseMillis {
  /** From the question to the addresses, allowed or not. Absent if the URL's host is an address. */
  readonly dnsMillis?: number;
  /** TCP: from trying the first address until one of them has taken the connection. */
  readonly connectMillis?: number;
  /** From then until the handshake is complete and the certificate found good. */
  readonly tlsMillis?: number;
  /**
   * From handing the request to the ready connection until the first byte of any response, an interim one (1xx)
   * included. Of a request that was sent again on a fresh connection, connect, TLS and this are the fresh one's.
   */
  readonly firstByteMillis?: number;
}

/** `millis` is the whole attempt, DNS to the end of the response. */
export type AttemptOutcome =
  | {
      readonly kind: 'answered';
      readonly response: ReceiverResponse;
      readonly millis: number;
      readonly phases: PhaseMillis;
    }
  | ({
      readonly kind: 'unanswered';
      readonly millis: number;
      readonly phases: PhaseMillis;
      /** With `no-token`: the response of the issuer, if there was one. */
      readonly issuerResponse?: ReceiverResponse;
      /** `cause` is absent where `error` says everything. */
      readonly cause?: NoResponseCause | TokenCause;
    } & Pick<ResponseFailure, 'error' | 'code'>);

/** A request ready for the wire: exactly these bytes are signed and sent. */
export interface OutgoingRequest {
  readonly method: 'POST' | 'PUT' | 'OPTIONS';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
