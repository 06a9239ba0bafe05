/**
 * What came back from one HTTP try, before anybody judges it: an answer, or the stage at which there was none.
 * Judging is `classify.ts`.
 */

/**
 * Why there was no usable answer.
 * `url-refused` and `address-refused` mean that we did not connect at all; `timeout` covers DNS to the end of the answer.
 */
export type NoAnswer =
  | 'url-refused'
  | 'address-refused'
  | 'dns-failed'
  | 'connect-failed'
  | 'tls-failed'
  | 'connection-reset'
  | 'protocol-violated'
  | 'timeout';

/** An HTTP answer, whatever its status. `body` is at most the first 64 KB, decoded as UTF-8. */
export interface Answer {
  readonly statusCode: number;
  /** Names in lower case; of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type AttemptOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly millis: number }
  | { readonly kind: 'unanswered'; readonly error: NoAnswer; readonly millis: number };

/** A request ready for the wire: exactly these bytes are signed and sent. */
export interface OutgoingRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
