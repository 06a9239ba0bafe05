/** What an action of the API comes to: a value, or a problem to tell the caller. */
import type { FieldError, Problem, ProblemName } from '../../shared/api/problems.schema.ts';

export interface Refused {
  readonly kind: 'refused';
  readonly problem: Problem;
}

export interface Done<Value> {
  readonly kind: 'done';
  readonly value: Value;
}

export type Outcome<Value> = Done<Value> | Refused;

export function done<Value>(value: Value): Done<Value> {
  return { kind: 'done', value };
}

export function refuse(
  name: ProblemName,
  detail: string,
  more: Pick<Problem, 'errors' | 'retryAfterSeconds' | 'allowed'> = {},
): Refused {
  return { kind: 'refused', problem: { name, detail, ...more } };
}

/** The first of the errors is also the detail, for clients that show one sentence. */
export function refuseFields(errors: readonly FieldError[]): Refused {
  return refuse('invalid-request', errors[0]?.message ?? 'The request is not valid.', { errors });
}

export const NO_SUCH_WEBHOOK: Refused = refuse('not-found', 'There is no such webhook.');
export const NO_SUCH_DELIVERY: Refused = refuse('not-found', 'There is no such delivery.');
