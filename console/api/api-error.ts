/** Why a call of the API failed, and the words for the reader of the page. */
import type { FieldError, ProblemResponse } from '../../shared/api/problems.schema.ts';

export type ApiFailure =
  /** The API said no, in its own words. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly problem: ProblemResponse;
      readonly retryAfterSeconds?: number;
    }
  /** No reader is signed in, or the sign-in has ended. */
  | { readonly kind: 'signed-out' }
  /** Something between the page and the API responded, with words of its own. */
  | { readonly kind: 'failed'; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'unreachable' }
  /** The response is not one of this API: most likely the API is newer than the page. */
  | { readonly kind: 'unreadable' };

const TOO_MANY = 429;

/** Where the response does not say: API Gateway's own does not. */
const USUAL_WAIT_SECONDS = 5;

/** How a failure leaves the call: TanStack Query's own way for everything that is not a response. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(wordsFor(failure));
    this.failure = failure;
  }
}

export function wordsFor(failure: ApiFailure): string {
  switch (failure.kind) {
    case 'refused': {
      const { detail, id } = failure.problem;
      return id === undefined ? detail : `${detail} The id is ${id}.`;
    }
    case 'signed-out':
      return 'You are not signed in any more.';
    case 'failed':
      return failure.status === TOO_MANY
        ? 'Too many requests at the moment. Wait a little, then try again.'
        : `The service cannot respond at the moment (${failure.status}).`;
    case 'timed-out':
      return 'The service did not respond in time.';
    case 'unreachable':
      return 'The service cannot be reached. Are you online?';
    case 'unreadable':
      return 'The service responded in a way that this page does not know. Reload the page.';
  }
}

/** Words for any error, also one of our own making. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong on this page. Reload it.';
}

/** By field, as the API named them; none unless it refused fields. */
export function fieldErrorsIn(error: unknown): readonly FieldError[] {
  return error instanceof ApiError && error.failure.kind === 'refused' ? (error.failure.problem.errors ?? []) : [];
}

/** Whether the same call may fare better in a moment. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) {
    return false;
  }
  const { failure } = error;
  switch (failure.kind) {
    case 'timed-out':
    case 'unreachable':
      return true;
    case 'refused':
    case 'failed':
      return failure.status >= 500 || failure.status === TOO_MANY;
    case 'signed-out':
    case 'unreadable':
      return false;
  }
}

/** How long to wait, if the API has refused because of too many requests: nothing is wrong, and the same call works later. */
export function waitOf(error: unknown): { readonly seconds: number } | undefined {
  if (!(error instanceof ApiError) || !('status' in error.failure) || error.failure.status !== TOO_MANY) {
    return undefined;
  }
  return { seconds: error.failure.retryAfterSeconds ?? USUAL_WAIT_SECONDS };
}

/** Whether the API said no in this way. `name` is the end of the problem's type. */
export function isProblem(error: unknown, name: string): boolean {
  return (
    error instanceof ApiError &&
    error.failure.kind === 'refused' &&
    error.failure.problem.type.endsWith(`:problem:${name}`)
  );
}
