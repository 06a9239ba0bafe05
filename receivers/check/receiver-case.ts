/** What a case of the check is: the requests that are sent, what must come back, and why. */
import type { CheckRequest } from './send-request.ts';

/** `survived`: the receiver may take or refuse the last request but one, and must accept the genuine one after it. */
export type Expectation = 'accepted' | 'refused' | 'survived';

export interface ReceiverCase {
  readonly name: string;
  readonly sends: string;
  readonly expects: Expectation;
  readonly why: string;
  /** What to do about it at the receiver. */
  readonly advice: string;
  /** In this order. */
  requests(): readonly CheckRequest[];
}

/** How far a receiver's clock may be away, as the receivers' page has it. */
export const TOLERANCE_SECONDS = 300;

export const VERIFY_FIRST = 'Verify the raw body before anything else reads it.';

export function accepted(
  name: string,
  sends: string,
  why: string,
  advice: string,
  requests: () => readonly CheckRequest[],
): ReceiverCase {
  return { name, sends, expects: 'accepted', why, advice, requests };
}

export function refused(
  name: string,
  sends: string,
  why: string,
  advice: string,
  make: () => CheckRequest,
): ReceiverCase {
  return { name, sends, expects: 'refused', why, advice, requests: () => [make()] };
}
