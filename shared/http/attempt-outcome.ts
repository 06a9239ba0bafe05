/**
 * What came back from one HTTP try, before anybody judges it: an answer, or the stage at which there was none.
 * Judging is `classify.ts`.
 */

/**
 * Why there was no usable answer.
 * `url-refused` and `address-refused` mean that we did not connect at all; `timeout` covers DNS to the end of the answer;
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

/** What is read of an answer's body: enough for everything a receiver has to say, and no more for one that never ends. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

/** An HTTP answer, whatever its status. `body` is at most its first `MAX_ANSWER_BYTES`, decoded as UTF-8. */
export interface ReceiverResponse {
  readonly statusCode: number;
  /** Names in lower case; of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * How long the phases of one try took, each rounded to whole milliseconds. A phase is there once it has succeeded: a try
 * that broke off has those before, and one on a kept connection neither connect nor TLS. They follow one another, so what
 * they leave of `millis` is the rest of the answer, or the phase that broke off.
 */
export interface PhaseMillis {
  /** From the question to the addresses, whether we may go there or not. Absent if the URL's host is an address. */
  readonly dnsMillis?: number;
  /** TCP: from trying the first address until one of them has taken the connection. */
  readonly connectMillis?: number;
  /** From then until the handshake is complete and the certificate found good. */
  readonly tlsMillis?: number;
  /**
   * From handing the request to the ready connection until the first byte of any answer, a preliminary one (1xx)
   * included. Of a request that was sent again on a fresh connection, connect, TLS and this are the fresh one's.
   */
  readonly firstByteMillis?: number;
}

/** `millis` is the whole try, DNS to the end of the answer. */
export type AttemptOutcome =
  | {
      readonly kind: 'answered';
      readonly response: ReceiverResponse;
      readonly millis: number;
      readonly phases: PhaseMillis;
    }
  | {
      readonly kind: 'unanswered';
      readonly error: NoResponse;
      readonly millis: number;
      readonly phases: PhaseMillis;
      /** With `no-token`: what the issuer answered, if it did. */
      readonly issuerResponse?: ReceiverResponse;
    };

/** A request ready for the wire: exactly these bytes are signed and sent. */
export interface OutgoingRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
