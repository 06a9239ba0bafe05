/** How the API shows an attempt: what it gave, why it failed, what to do about it. */
import * as z from 'zod';
import { adviceFor, failureOf } from '../attempt/attempt-advice.ts';
import type { Attempt } from '../delivery/delivery.ts';
import { noResponseSchema } from '../delivery/delivery-item.schema.ts';
import { ATTEMPT_CAUSES } from '../http/attempt-outcome.ts';
import { instantSchema, toInstant } from './instant.schema.ts';

/** Whatever number the receiver's status line had. */
export const statusCodeSchema = z
  .int()
  .min(100)
  .max(999)
  .meta({ description: 'What the receiver answered', examples: [503] });

export const errorSchema = noResponseSchema.meta({
  description:
    'Why there was no answer. url-refused and address-refused: we do not send there. dns-failed: the name was not found. connect-failed, tls-failed, connection-reset: of the connection. protocol-violated: it was no HTTP. timeout: there was no complete answer within ten seconds. no-token: the sign-in service of the destination issued no access token, so the destination was not asked; the response, if there is one, is of that service.',
  examples: ['timeout'],
});

export const causeSchema = z.enum(ATTEMPT_CAUSES).meta({
  description:
    'What exactly went wrong; unknown: there was no answer, for a reason that has no word here. challenge-page and web-page: the response is a page for people, and a proxy may have given it. Absent where statusCode or error says everything. There may be more words in time. With no-token it is about the sign-in service.',
  examples: ['timeout-first-byte'],
});

export const codeSchema = z.string().meta({
  description: 'The technical code of the cause, as Node.js, OpenSSL or the operating system has it',
  examples: ['CERT_HAS_EXPIRED'],
});

export const locationSchema = z.string().meta({
  description:
    'Where a redirect leads, which is not followed: secrets masked, without its query; an ellipsis at its end says that something is left out',
  examples: ['https://siem.example.com/new/thalian'],
});

export const excerptSchema = z.string().describe('The first 1,024 bytes of the body, secrets masked');

export const adviceSchema = z.string().meta({
  description: 'What to do about it: a sentence',
  examples: [
    'The receiver answered 503, so it has a problem of its own: look for the reason in its logs, and try again once it is solved.',
  ],
});

export const millisSchema = z.int().min(0);

export const attemptSchema = z
  .object({
    number: z.int().min(1).describe('Counted over the whole life of the delivery'),
    at: instantSchema.describe('When it began'),
    millis: z.int().min(0).describe('Milliseconds from DNS to the end of the response'),
    statusCode: statusCodeSchema.optional(),
    error: errorSchema.optional(),
    cause: causeSchema.optional(),
    code: codeSchema.optional(),
    location: locationSchema.optional(),
    answer: excerptSchema
      .optional()
      .describe('Of a failed attempt: the first 1,024 bytes of the response, secrets masked'),
    isDuplicate: z.boolean().optional().describe('A success that came in after its number had been recorded otherwise'),
    advice: adviceSchema.optional().describe('Of a failed attempt: what to do about it'),
  })
  .meta({ id: 'Attempt', description: 'One HTTP try of a delivery' });

export type AttemptResponse = z.output<typeof attemptSchema>;

export function toAttempt(attempt: Attempt, isSuccess: boolean): AttemptResponse {
  const { number, at, millis, statusCode, error, response, duplicate } = attempt;
  return {
    number,
    at: toInstant(at),
    millis: Math.round(millis),
    ...(statusCode !== undefined && { statusCode }),
    ...(error !== undefined && { error }),
    ...reasonOf(attempt),
    ...(response !== undefined && { answer: response }),
    ...(duplicate && { isDuplicate: true }),
    ...(!isSuccess && { advice: adviceFor(failureOf(attempt)) }),
  };
}

/** What is known beside status or error. */
export function reasonOf({ cause, code, location }: Attempt): Pick<AttemptResponse, 'cause' | 'code' | 'location'> {
  return {
    ...(cause !== undefined && { cause }),
    ...(code !== undefined && { code }),
    ...(location !== undefined && { location }),
  };
}
