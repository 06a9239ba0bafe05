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

/** A number of so many digits, or of so great an exponent, may be more than JavaScript's numbers hold. */
const MAY_BE_TOO_LARGE = /\d{16}|\de\+?\d{3}/i;

/** The third argument is newer than TypeScript's own declaration (ECMAScript, JSON.parse source text access). */
type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * What `text` was parsed to, with whole numbers beyond 2^53 and numbers beyond all bounds as texts with their own digits: as
 * numbers they would come out as others, and an id would name another thing.
 */
export function keepDigits(text: string, parsed: unknown): unknown {
  if (!MAY_BE_TOO_LARGE.test(text)) {
    return parsed;
  }
  const digitsOf: Reviver = (_key, value, context) => (isInexact(value) ? (context?.source ?? value) : value);
  try {
    return JSON.parse(text, digitsOf);
  } catch {
    // Nested deeper than a reviver goes.
    return parsed;
  }
}

function isInexact(value: unknown): boolean {
  return (
    typeof value === 'number' && (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
  );
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
