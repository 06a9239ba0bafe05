/**
 * What the tenant's admin can do about an attempt that failed: one sentence that says what is wrong and what to do. It
 * knows the cause and nothing else, so it cannot give away what a name resolved to or what the receiver said.
 */

import type { FailureCause } from '../delivery/classify.ts';
import type { Attempt } from '../delivery/delivery.ts';
import { type AttemptCause, hasIssuerResponded, type NoResponse } from '../http/attempt-outcome.ts';
import { CAUSE_WORDS } from '../http/failure-causes.ts';

/** Where there is no cause: of refusals of our own, and of rows that an older version has written. */
const adviceForNoResponse: Readonly<Record<NoResponse, string>> = {
  'url-refused': 'The URL is not allowed: change it to an HTTPS URL of a public host.',
  'address-refused': "The destination's address is not allowed: webhooks go to public addresses only.",
  'dns-failed': "The URL's host name was not found: check its spelling, and that public DNS knows it.",
  'connect-failed':
    "Nothing accepts connections at the URL's host and port: check both, that the receiver runs, and that its firewall lets the internet in.",
  'tls-failed':
    "No secure connection could be made: check that the receiver's certificate is valid today, is for the URL's host name, and is served with all intermediates up to a public authority.",
  'connection-reset':
    'The receiver closed the connection before its response was complete: look for the reason in the logs of the receiver and of any proxy before it.',
  'protocol-violated': 'What came back is not a proper HTTP answer: check that the URL leads to a web server.',
  timeout: 'There was no complete answer in time: let the receiver answer at once and do its work afterwards.',
  'no-token':
    "The destination's sign-in service issued no access token: check the directory, client id and client secret, and that the secret has not expired.",
};

/** The cause is the issuer's, and its own advice would be about the receiver. */
const ISSUER_SILENT =
  'The host of the token URL could not be reached for an access token, so the receiver was not asked: check that it is up and the token URL is right, and give us the cause and the code if it goes on.';

const NOT_LET_IN =
  "so it does not accept who we are: check the webhook's secret, credentials and headers against what it expects.";
const NOT_UNDERSTOOD =
  "so it cannot read the request: check that the webhook's format and options are the ones for this destination.";
const NO_SUCCESS = 'which is not a status that means success: let it answer with one from 200 to 299.';

/** Each goes on from "The receiver answered 404, ". */
const adviceForStatus: Readonly<Record<number, string>> = {
  // It says that nothing has changed, and names no other URL.
  304: NO_SUCCESS,
  400: NOT_UNDERSTOOD,
  401: NOT_LET_IN,
  403: NOT_LET_IN,
  404: "so it has nothing at this URL: check the URL's path, and that the integration still exists there.",
  405: "so this URL does not take our kind of request: check the URL's path and the webhook's format.",
  410: 'so this URL is gone for good: give the webhook its new URL, and resume it if it is disabled.',
  413: 'so the request is too large for it: let it take bodies of up to 64 KB.',
  415: NOT_UNDERSTOOD,
  422: NOT_UNDERSTOOD,
  429: "so it is sent more than it takes: if this goes on, raise its limit or this webhook's severity threshold.",
};

/** By the first digit. In a 2xx it is the format that read a failure out of the response's body. */
const adviceForClass: Readonly<Record<number, string>> = {
  2: "yet its response does not say that the finding is where it belongs: look there for the reason, and check the webhook's format, options and credentials.",
  3: 'a redirect, which is never followed: change the URL to the final one.',
  4: "so it refused the request: look for the reason in its response, and check the webhook's URL, format and credentials.",
  5: 'so it has a problem of its own: look for the reason in its logs, and try again once it is solved.',
};

export function failureOf({ statusCode = 0, error, cause, code }: Attempt): FailureCause {
  return {
    ...(error === undefined ? { statusCode } : { error }),
    ...(cause !== undefined && { cause }),
    ...(code !== undefined && { code }),
  };
}

export function adviceFor(failure: FailureCause): string {
  const { cause, code } = failure;
  if ('error' in failure) {
    return adviceWithoutResponse(failure.error, cause, code);
  }
  const { statusCode } = failure;
  // A row of a later version may have a word that is new to this one.
  if (cause !== undefined && cause !== 'unknown') {
    return CAUSE_WORDS[cause].advice;
  }
  const advice = adviceForStatus[statusCode] ?? adviceForClass[Math.floor(statusCode / 100)] ?? NO_SUCCESS;
  return `The receiver answered ${statusCode}, ${advice}`;
}

function adviceWithoutResponse(error: NoResponse, cause: AttemptCause | undefined, code: string | undefined): string {
  if (cause === undefined) {
    return adviceForNoResponse[error];
  }
  if (error === 'no-token' && !hasIssuerResponded(cause)) {
    return ISSUER_SILENT;
  }
  const { advice } = CAUSE_WORDS[cause];
  return cause === 'unknown' && code !== undefined ? advice.replace('the code', `the code ${code}`) : advice;
}
