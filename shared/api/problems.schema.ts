/**
 * Everything that the API may say no with: RFC 9457 problem details with stable types. What happened in one case stands in
 * `detail` and `errors`; this is the closed list of what can happen at all.
 */
import * as z from 'zod';

export const PROBLEMS = {
  'invalid-json': { status: 400, title: 'The body is not JSON.' },
  'invalid-parameter': { status: 400, title: 'A parameter or header of the request is not valid.' },
  'invalid-cursor': { status: 400, title: 'This cursor does not belong to this list.' },
  'invalid-link': { status: 400, title: 'The link is not valid.' },
  unauthorized: { status: 401, title: 'A valid token is needed.' },
  'permission-missing': { status: 403, title: 'Your permissions do not allow this.' },
  'not-found': { status: 404, title: 'There is no such thing here.' },
  'method-not-allowed': { status: 405, title: 'There is no such method here.' },
  'webhook-limit-reached': { status: 409, title: 'This tenant has as many webhooks as it may have.' },
  'notice-address-limit-reached': { status: 409, title: 'This tenant has as many addresses as it may have.' },
  'no-mail-sender': { status: 409, title: 'This stage sends no e-mail.' },
  'webhook-not-enabled': { status: 409, title: 'The webhook is paused or disabled.' },
  'address-unverified': { status: 409, title: 'The address of the webhook has not answered a challenge.' },
  'not-retryable': { status: 409, title: 'Only failed and held deliveries can be retried.' },
  'too-many-secrets': { status: 409, title: 'As many secrets or keys sign as may sign at once.' },
  'changed-meanwhile': { status: 409, title: 'Another request is changing this at the moment.' },
  'request-in-progress': { status: 409, title: 'A request with this Idempotency-Key is still under way.' },
  'events-not-listed': { status: 409, title: 'The events of this webhook are not listed.' },
  'events-not-settled': { status: 409, title: 'The list of events is not settled up to there yet.' },
  'events-expired': { status: 410, title: 'Events from here on are no longer kept.' },
  'link-expired': { status: 410, title: 'The link has expired.' },
  'revision-outdated': { status: 412, title: 'The webhook has changed since you read it.' },
  'body-too-large': { status: 413, title: 'The body is too large.' },
  'not-json': { status: 415, title: 'The body must be JSON.' },
  'invalid-request': { status: 422, title: 'The request cannot be carried out as it is.' },
  'credentials-required': { status: 422, title: 'Another destination needs its secrets again.' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key was used for another request.' },
  'too-many-test-sends': { status: 429, title: 'Too many test sends.' },
  'too-many-confirmations': { status: 429, title: 'Too many requests to confirm an address.' },
  'too-many-requests': { status: 429, title: 'Too many requests of your tenant.' },
  'internal-error': { status: 500, title: 'Something went wrong on our side.' },
  unavailable: { status: 503, title: 'The service cannot do this at the moment.' },
} as const;

export type ProblemName = keyof typeof PROBLEMS;
export type ProblemStatus = (typeof PROBLEMS)[ProblemName]['status'];

/** What is wrong with one field, as a path into the body ("headers.X-Key") or the name of a parameter. */
export interface FieldError {
  readonly field: string;
  /** For a person, and never with the value in it: it may be a secret. */
  readonly message: string;
}

/** One case of a problem, before it is written down as a response. */
export interface Problem {
  readonly name: ProblemName;
  /** What the caller should know or do. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  /** The methods that the path has. */
  readonly allowed?: readonly string[];
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Stable: programs compare it. */
export function problemType(name: ProblemName): string {
  return `urn:thalian:webhooks:problem:${name}`;
}

export const problemSchema = z
  .object({
    type: z
      .enum(Object.keys(PROBLEMS).map((name) => problemType(name as ProblemName)))
      .describe('Which problem it is; stable'),
    title: z.string().describe('The problem in general'),
    status: z.int().min(400).max(599).describe('The HTTP status code'),
    detail: z.string().describe('This case, and what to do: a sentence for a person'),
    errors: z
      .array(
        z.object({
          field: z.string().meta({
            description: 'Its path in the body, or the name of the parameter or header',
            examples: ['url', 'headers.X-Api-Key'],
          }),
          message: z
            .string()
            .meta({ description: 'A sentence for a person', examples: ['Webhook URLs must use HTTPS.'] }),
        }),
      )
      .optional()
      .describe('What is wrong with which field'),
    id: z.string().optional().describe('Of an internal error: tell it to support, who find the details by it'),
  })
  .meta({
    id: 'Problem',
    description: 'Problem details (RFC 9457)',
    examples: [
      {
        type: problemType('invalid-request'),
        title: PROBLEMS['invalid-request'].title,
        status: 422,
        detail: 'Webhook URLs must use HTTPS.',
        errors: [{ field: 'url', message: 'Webhook URLs must use HTTPS.' }],
      },
    ],
  });

export type ProblemResponse = z.output<typeof problemSchema>;

export function toProblemResponse({ name, detail, errors }: Problem, id?: string): ProblemResponse {
  const { status, title } = PROBLEMS[name];
  return {
    type: problemType(name),
    title,
    status,
    detail,
    ...(errors && { errors: errors.map((error) => ({ ...error })) }),
    ...(id !== undefined && { id }),
  };
}
