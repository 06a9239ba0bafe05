/** Judges one attempt: did the receiver accept the delivery, and if not, is there any sense in asking again? */

import type { Classification, Format, FormatOptions } from '../destinations/format.ts';
import type { AttemptOutcome, NoResponse, ReceiverResponse } from '../http/attempt-outcome.ts';
import { parseRetryAfter } from './retry-policy.ts';

export type Result =
  | { readonly kind: 'success'; readonly statusCode: number }
  | {
      readonly kind: 'failure';
      readonly cause: FailureCause;
      /** Set when no retry can help: the delivery fails at once. */
      readonly final?: FinalReason;
      /** How long the receiver asked us to wait. */
      readonly retryAfterMillis?: number;
    };

export type FailureCause = { readonly statusCode: number } | { readonly error: NoResponse };

/** `gone`: 410, which also disables the webhook. The others: we must not send there, now or later. */
export type FinalReason = 'gone' | 'address-refused' | 'url-refused';

const GONE = 410;

export function classify(
  outcome: AttemptOutcome,
  format: Format,
  nowMillis: number,
  options: FormatOptions = {},
): Result {
  if (outcome.kind === 'unanswered') {
    const { error, issuerResponse } = outcome;
    const refused = error === 'address-refused' || error === 'url-refused';
    return {
      kind: 'failure',
      cause: { error },
      ...(refused && { final: error }),
      ...waitOf(issuerResponse, nowMillis),
    };
  }
  const { response } = outcome;
  const { statusCode } = response;
  if (statusCode === GONE) {
    return { kind: 'failure', cause: { statusCode }, final: 'gone' };
  }
  const result = format.classify?.(response, options) ?? judgeByStatus(statusCode);
  if (result.kind === 'success') {
    return { kind: 'success', statusCode };
  }
  return { kind: 'failure', cause: { statusCode }, ...waitOf(response, nowMillis, result.retryAfterMillis) };
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

function judgeByStatus(statusCode: number): Classification {
  return statusCode >= 200 && statusCode < 300 ? { kind: 'success' } : { kind: 'failure' };
}
