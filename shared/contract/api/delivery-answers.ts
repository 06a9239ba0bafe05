/** How the API shows the delivery log, one delivery, what a test send gave, and the hours of the chart. */
import * as z from 'zod';
import { adviceFor } from '../../domain/attempt-advice.ts';
import type { Attempt, DeliveryRow } from '../../domain/delivery.ts';
import { SEVERITY_LEVELS } from '../../domain/severity.ts';
import { findingSchema } from '../finding-schema.ts';
import { parseJson } from '../parse-json.ts';
import { instantSchema, toInstant } from './webhook-answers.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'held', 'cancelled'] as const;

const deliveryFields = {
  id: z
    .string()
    .describe('Also the webhook-id that the receiver sees')
    .meta({ examples: ['dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD'] }),
  status: z.enum(DELIVERY_STATUSES),
  reason: z.string().optional().describe('Why it failed, is held or was cancelled'),
  finding: z.object({
    id: z.string(),
    title: z.string(),
    severity: z.object({ level: z.enum(SEVERITY_LEVELS), score: z.number() }),
    affected: z.object({ type: z.enum(['identity', 'asset']), id: z.string(), name: z.string() }),
    platform: z.string(),
  }),
  detectedAt: z.string().describe('When the finding was detected; the log is ordered by it'),
  attempts: z.int().describe('How many attempts are on record'),
  attemptLimit: z.int().describe('The attempt with which the current round ends'),
  lastAttemptAt: instantSchema.optional(),
  lastStatusCode: z.int().optional().describe('What the receiver answered last'),
  lastError: z.string().optional().describe('Why there was no answer last time'),
  nextAttemptAt: instantSchema.optional(),
  failedAt: instantSchema.optional().describe('When it became failed or held'),
};

export const deliverySchema = z
  .object(deliveryFields)
  .meta({ id: 'Delivery', description: 'One finding for one webhook' });

export const deliveryPageSchema = z
  .object({
    deliveries: z
      .array(deliverySchema)
      .describe('Newest detection first; of failed and held ones the latest failure first'),
    nextCursor: z
      .string()
      .optional()
      .describe('For the next page; absent on the last. A page may be empty and not the last.'),
  })
  .meta({ id: 'DeliveryPage' });

const attemptSchema = z
  .object({
    number: z.int().describe('Counted over the whole life of the delivery'),
    at: instantSchema.describe('When it began'),
    millis: z.int().describe('From DNS to the end of the answer'),
    statusCode: z.int().optional(),
    error: z.string().optional().describe('Why there was no answer'),
    answer: z.string().optional().describe('Of a failed attempt: the first 1,024 bytes of the answer, secrets masked'),
    isDuplicate: z.boolean().optional().describe('A success that came in after its number had been recorded otherwise'),
    advice: z.string().optional().describe('Of a failed attempt: what to do about it'),
  })
  .meta({ id: 'Attempt' });

export const sentRequestSchema = z
  .object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  })
  .meta({ id: 'SentRequest', description: 'The request as the webhook is configured now, with every secret masked' });

export type SentRequest = z.output<typeof sentRequestSchema>;

export const deliveryDetailSchema = z
  .object({
    ...deliveryFields,
    finding: findingSchema.describe('As it was published'),
    attemptLog: z.array(attemptSchema).describe('The oldest first'),
    request: sentRequestSchema.optional().describe('Absent if the webhook has no such format any more'),
  })
  .meta({ id: 'DeliveryDetail', description: 'One delivery with every attempt' });

export const bulkRetrySchema = z
  .object({
    retried: z.int().describe('How many are on their way again'),
    nextCursor: z.string().optional().describe('Call again with it: there may be more'),
  })
  .meta({ id: 'BulkRetry' });

const millisSchema = z.int().min(0).optional();

export const testSendSchema = z
  .object({
    isAccepted: z.boolean().describe('Whether the receiver accepted the sample'),
    statusCode: z.int().optional(),
    error: z.string().optional().describe('Why there was no answer'),
    advice: z.string().optional().describe('What to do about it'),
    millis: z
      .object({
        total: z.int().min(0),
        dns: millisSchema,
        connect: millisSchema,
        tls: millisSchema,
        firstByte: millisSchema,
      })
      .describe('Milliseconds by phase; a phase that did not take place is absent'),
    answer: z
      .object({ headers: z.record(z.string(), z.string()), body: z.string() })
      .optional()
      .describe('At most 20 headers and 1,024 bytes, secrets masked'),
    request: sentRequestSchema.optional(),
  })
  .meta({ id: 'TestSend', description: 'What came of sending a sample finding' });

export type TestSendAnswer = z.output<typeof testSendSchema>;

export const statsSchema = z
  .object({
    by: z.literal('detectedAt').describe('A delivery counts in the hour in which its finding was detected'),
    hours: z.array(
      z.object({
        start: instantSchema,
        delivered: z.int(),
        failed: z.int(),
        pending: z.int(),
        held: z.int(),
        cancelled: z.int(),
      }),
    ),
    isCapped: z.boolean().describe('True if there were more than 10,000 deliveries: the oldest are not counted'),
    completeFrom: instantSchema.describe('Everything from here on is counted'),
  })
  .meta({ id: 'Stats', description: 'Deliveries per hour, the oldest first' });

export type DeliveryAnswer = z.output<typeof deliverySchema>;
export type DeliveryDetailAnswer = z.output<typeof deliveryDetailSchema>;

export function toDeliveryAnswer(row: DeliveryRow): DeliveryAnswer {
  const { id, title, severity, affected, platform, detectedAt } = findingOf(row);
  return { ...commonFields(row), finding: { id, title, severity, affected, platform }, detectedAt };
}

export function toDeliveryDetail(row: DeliveryRow, request: SentRequest | undefined): DeliveryDetailAnswer {
  const finding = findingOf(row);
  // Nothing follows a success.
  const success = row.status === 'delivered' ? row.attempts.at(-1) : undefined;
  return {
    ...commonFields(row),
    finding,
    detectedAt: finding.detectedAt,
    attemptLog: row.attempts.map((attempt) => toAttempt(attempt, attempt === success)),
    ...(request && { request }),
  };
}

function toAttempt(
  { number, at, millis, statusCode, error, answer, duplicate }: Attempt,
  isSuccess: boolean,
): DeliveryDetailAnswer['attemptLog'][number] {
  const cause = error === undefined ? { statusCode: statusCode ?? 0 } : { error };
  return {
    number,
    at: toInstant(at),
    millis: Math.round(millis),
    ...(statusCode !== undefined && { statusCode }),
    ...(error !== undefined && { error }),
    ...(answer !== undefined && { answer }),
    ...(duplicate && { isDuplicate: true }),
    ...(!isSuccess && { advice: adviceFor(cause) }),
  };
}

function commonFields(row: DeliveryRow): Omit<DeliveryAnswer, 'finding' | 'detectedAt'> {
  const last = row.attempts.at(-1);
  return {
    id: row.deliveryId,
    status: row.status,
    ...(row.reason !== undefined && { reason: row.reason }),
    attempts: row.attempts.length,
    attemptLimit: row.attemptLimit,
    ...(last && { lastAttemptAt: toInstant(last.at) }),
    ...(last?.statusCode !== undefined && { lastStatusCode: last.statusCode }),
    ...(last?.error !== undefined && { lastError: last.error }),
    ...(row.nextAttemptAt !== undefined && { nextAttemptAt: toInstant(row.nextAttemptAt) }),
    ...(row.failedAt !== undefined && { failedAt: toInstant(row.failedAt) }),
  };
}

/** Throws if the row's own string is not a finding: we wrote it. */
export function findingOf({ deliveryId, finding }: DeliveryRow) {
  const json = parseJson(finding);
  if (json.kind === 'rejected') {
    throw new Error(`The finding of ${deliveryId} cannot be read: ${json.reason}`);
  }
  return findingSchema.parse(json.value);
}
