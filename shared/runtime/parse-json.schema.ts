/** Why something that crossed a boundary was not what it should be, in words for the person who has to look at it. */
import type * as z from 'zod';

export interface Rejected {
  readonly kind: 'rejected';
  /** Names the fields and the rules, never the values: it ends up in attributes and logs. */
  readonly reason: string;
}

/** The reason becomes an SQS message attribute beside a body that may be large. */
const MAX_REASON_CHARACTERS = 500;

export function parseJson(text: string): { readonly kind: 'parsed'; readonly value: unknown } | Rejected {
  try {
    return { kind: 'parsed', value: JSON.parse(text) };
  } catch {
    // The engine's own message quotes the text.
    return { kind: 'rejected', reason: 'the body is not JSON' };
  }
}

/** Of many issues the first: a body of 1 MB may have a hundred thousand. */
export function rejection(error: z.ZodError): Rejected {
  let reason = '';
  for (const { path, message } of error.issues) {
    if (reason.length >= MAX_REASON_CHARACTERS) {
      break;
    }
    reason += `${reason === '' ? '' : '; '}${path.join('.') || 'body'}: ${message}`;
  }
  return { kind: 'rejected', reason: reason.slice(0, MAX_REASON_CHARACTERS) };
}
