/** Judges one attempt: did the receiver accept the delivery, and if not, is there any sense in asking again? */

import type { Classification, Format, FormatOptions } from '../destinations/format.ts';
import type { AttemptCause, AttemptOutcome, NoResponse, ReceiverResponse } from '../http/attempt-outcome.ts';
import { asksToDisable } from '../http/delivery-control.ts';
import { webPageCause } from '../http/web-page.ts';
import { parseRetryAfter } from './retry-policy.ts';

export type Result =
  | ({ readonly kind: 'success'; readonly statusCode: number } & Requested)
  | ({
      readonly kind: 'failure';
      readonly cause: FailureCause;
      /** Set when no retry can help: the delivery fails at once. */
      readonly final?: FinalReason;
      /** How long the receiver asked us to wait. */
      readonly retryAfterMillis?: number;
    } & Requested);

interface Requested {
  /** The receiver asks for no more deliveries, whatever it makes of this one. */
  readonly asksToDisable?: true;
}

export type FailureCause = ({ readonly statusCode: number } | { readonly error: NoResponse }) & {
  /** What exactly went wrong, where more is known. */
  readonly cause?: AttemptCause;
  /** The technical code to it. */
  readonly code?: string;
};

/** `gone`: 410, which also disables the webhook. The others: we must not send there, now or later. */
export type FinalReason = 'gone' | 'address-refused' | 'url-refused';

const GONE = 410;
const FORBIDDEN = 403;

export function classify(
  outcome: AttemptOutcome,
  format: Format,
  nowMillis: number,
  options: FormatOptions = {},
): Result {
  if (outcome.kind === 'unanswered') {
    const { error, cause, code, issuerResponse } = outcome;
    const refused = error === 'address-refused' || error === 'url-refused';
    return {
      kind: 'failure',
      cause: { error, ...(cause !== undefined && { cause }), ...(code !== undefined && { code }) },
      ...(refused && { final: error }),
      ...waitOf(issuerResponse, nowMillis),
    };
  }
  const { response } = outcome;
  const { statusCode } = response;
  // A 410 disables the webhook, too.
  if (statusCode === GONE) {
    return { kind: 'failure', cause: { statusCode }, final: 'gone' };
  }
  const result = format.classify?.(response, options) ?? judgeByStatus(response);
  if (result.kind === 'success') {
    return { kind: 'success', statusCode, ...requestOf(response) };
  }
  return {
    kind: 'failure',
    cause: { statusCode, ...pageOf(response) },
    ...waitOf(response, nowMillis, result.retryAfterMillis),
    ...requestOf(response),
  };
}

function requestOf(response: ReceiverResponse): Requested {
  return asksToDisable(response) ? { asksToDisable: true } : {};
}

/** The longer one: a proxy's limit in the header and the destination's own in the body are both to be kept. */
function waitOf(
  response: ReceiverResponse | undefined,
  nowMillis: number,
  ownWaitMillis?: number,
): { readonly retryAfterMillis?: number } {
  const waits = [parseRetryAfter(response?.headers['retry-after'], nowMillis), ownWaitMillis];
  const known = waits.filter((millis) => millis !== undefined);
  return known.length === 0 ? {} : { retryAfterMillis: Math.max(...known) };
}

/** A proxy that tests for a browser may do so with a 2xx: the receiver then has no finding. */
function judgeByStatus(response: ReceiverResponse): Classification {
  return isSuccessful(response) && webPageCause(response) !== 'challenge-page'
    ? { kind: 'success' }
    : { kind: 'failure' };
}

/** Servers answer many a failure by a page of their own; of 403 and of a refused 2xx only a page shows where it comes from. */
function pageOf(response: ReceiverResponse): Pick<FailureCause, 'cause'> {
  const cause = webPageCause(response);
  const isTelling = cause === 'challenge-page' || response.statusCode === FORBIDDEN || isSuccessful(response);
  return cause !== undefined && isTelling ? { cause } : {};
}

function isSuccessful({ statusCode }: ReceiverResponse): boolean {
  return statusCode >= 200 && statusCode < 300;
}
