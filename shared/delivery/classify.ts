/** Judges one attempt: did the receiver accept the delivery, and if not, is there any sense in asking again? */

import type { Format, FormatOptions, FormatVerdict } from '../destinations/format.ts';
import type { Answer, AttemptOutcome, NoAnswer } from '../http/attempt-outcome.ts';
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

export type FailureCause = { readonly statusCode: number } | { readonly error: NoAnswer };

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
    const { error, issuerAnswer } = outcome;
    const refused = error === 'address-refused' || error === 'url-refused';
    return { kind: 'failure', cause: { error }, ...(refused && { final: error }), ...waitOf(issuerAnswer, nowMillis) };
  }
  const { answer } = outcome;
  const { statusCode } = answer;
  if (statusCode === GONE) {
    return { kind: 'failure', cause: { statusCode }, final: 'gone' };
  }
  const verdict = format.classify?.(answer, options) ?? judgeByStatus(statusCode);
  if (verdict.kind === 'success') {
    return { kind: 'success', statusCode };
  }
  return { kind: 'failure', cause: { statusCode }, ...waitOf(answer, nowMillis, verdict.retryAfterMillis) };
}

/** The longer one: a proxy's limit in the header and the destination's own in the body are both to be kept. */
function waitOf(
  answer: Answer | undefined,
  nowMillis: number,
  ownWaitMillis?: number,
): { readonly retryAfterMillis?: number } {
  const waits = [parseRetryAfter(answer?.headers['retry-after'], nowMillis), ownWaitMillis];
  const known = waits.filter((millis) => millis !== undefined);
  return known.length === 0 ? {} : { retryAfterMillis: Math.max(...known) };
}

function judgeByStatus(statusCode: number): FormatVerdict {
  return statusCode >= 200 && statusCode < 300 ? { kind: 'success' } : { kind: 'failure' };
}
