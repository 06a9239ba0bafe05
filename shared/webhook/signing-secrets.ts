/**
 * Which of a webhook's signing secrets sign at a moment, and what a rotation makes of them. The private keys of Ed25519
 * rotate in the same way. How they are stored and how a signature is computed is not known here.
 */

export interface SigningSecrets {
  readonly current: string;
  /** Newest first. Each signs beside the current one until its overlap ends: receivers change over without a gap. */
  readonly previous?: readonly PreviousSecret[];
}

export interface PreviousSecret {
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

export const DEFAULT_OVERLAP_SECONDS = 24 * 60 * 60;

/**
 * The receiver's own, one whose response was lost, and one more try. Each adds a signature to two headers, and an HMAC to
 * what a receiver computes.
 */
export const MAX_SIGNING_SECRETS = 3;

export type Rotation =
  | { readonly kind: 'rotated'; readonly signing: SigningSecrets }
  /** `next` signs already. */
  | { readonly kind: 'unchanged' }
  /** Another secret would end the overlap of one that a receiver may still use. `possibleAt` is in epoch milliseconds. */
  | { readonly kind: 'refused'; readonly possibleAt: number };

/** The secrets that sign at this moment, the current one first. */
export function secretsThatSign(signing: SigningSecrets, nowMillis: number): readonly string[] {
  return [signing.current, ...validPrevious(signing, nowMillis).map(({ secret }) => secret)];
}

/**
 * `next` signs from now on, and the secret before it beside it for `overlapSeconds`. Earlier overlaps last as long as they
 * were to. Without an overlap all of them end at once: that is for a secret that has leaked.
 */
export function rotateSigning(
  signing: SigningSecrets | undefined,
  next: string,
  nowMillis: number,
  overlapSeconds: number = DEFAULT_OVERLAP_SECONDS,
): Rotation {
  if (signing?.current === next) {
    return { kind: 'unchanged' };
  }
  if (signing === undefined || overlapSeconds === 0) {
    return { kind: 'rotated', signing: { current: next } };
  }
  const earlier = validPrevious(signing, nowMillis).filter(({ secret }) => secret !== next);
  const previous = [{ secret: signing.current, until: nowMillis + overlapSeconds * 1000 }, ...earlier];
  return previous.length < MAX_SIGNING_SECRETS
    ? { kind: 'rotated', signing: { current: next, previous } }
    : { kind: 'refused', possibleAt: Math.min(...earlier.map(({ until }) => until)) };
}

function validPrevious({ previous = [] }: SigningSecrets, nowMillis: number): readonly PreviousSecret[] {
  return previous.filter(({ until }) => nowMillis < until);
}
