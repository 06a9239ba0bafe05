/** How the API shows the delivery log, one delivery, and what a test send gave. */
import * as z from 'zod';
import { adviceFor, failureOf } from '../attempt/attempt-advice.ts';
import type { Attempt, DeliveryRow } from '../delivery/delivery.ts';
import { noResponseSchema, statusReasonSchema } from '../delivery/delivery-item.schema.ts';
import { membersOf } from '../delivery/digest.ts';
import { findingSchema } from '../finding/finding.schema.ts';
import { FINDING_EVENTS, FIRST_DETECTION, lifecycleOf } from '../finding/lifecycle.ts';
import { ATTEMPT_CAUSES } from '../http/attempt-outcome.ts';
import { parseJson } from '../runtime/parse-json.schema.ts';
import { cursorSchema } from './cursor.schema.ts';
import { findingHeadSchema, publishedFindingSchema } from './published-finding.schema.ts';
import {
  countFields,
  deliveryIdSchema,
  deliveryStatusSchema,
  expectedAtSchema,
  type Health,
  instantSchema,
  toInstant,
} from './webhook-responses.schema.ts';

/** Whatever number the receiver's status line had. */
const statusCodeSchema = z
  .int()
  .min(100)
  .max(999)
  .meta({ description: 'What the receiver answered', examples: [503] });

const errorSchema = noResponseSchema.meta({
  description:
    'Why there was no answer. url-refused and address-refused: we do not send there. dns-failed: the name was not found. connect-failed, tls-failed, connection-reset: of the connection. protocol-violated: it was no HTTP. timeout: there was no complete answer within ten seconds. no-token: the sign-in service of the destination issued no access token, so the destination was not asked; the response, if there is one, is of that service.',
  examples: ['timeout'],
});

const causeSchema = z.enum(ATTEMPT_CAUSES).meta({
  description:
    'What exactly went wrong; unknown: there was no answer, for a reason that has no word here. challenge-page and web-page: the response is a page for people, and a proxy may have given it. Absent where statusCode or error says everything. There may be more words in time. With no-token it is about the sign-in service.',
  examples: ['timeout-first-byte'],
});

const codeSchema = z.string().meta({
  description: 'The technical code of the cause, as Node.js, OpenSSL or the operating system has it',
  examples: ['CERT_HAS_EXPIRED'],
});

const locationSchema = z.string().meta({
  description:
    'Where a redirect leads, which is not followed: secrets masked, without its query; an ellipsis at its end says that something is left out',
  examples: ['https://siem.example.com/new/thalian'],
});

const excerptSchema = z.string().describe('The first 1,024 bytes of the body, secrets masked');

const deliveryFields = {
  id: deliveryIdSchema,
  status: deliveryStatusSchema,
  reason: statusReasonSchema.optional().meta({
    description:
      'Why it failed (exhausted: its attempts are used up; gone: the receiver answered 410; address-refused, url-refused: we do not send there), is held (webhook-disabled) or was cancelled (webhook-gone, webhook-paused, alerts-off, below-threshold, not-selected; detected-before: before the webhook was connected, and it wants new findings alone; event-not-chosen: the webhook does not want such events; superseded: a later revision of the finding was begun; not-detected: a resolution of what the webhook never got)',
    examples: ['exhausted'],
  }),
  // Both are absent in responses of version 0.1.0.
  event: z
    .enum(FINDING_EVENTS)
    .default(FIRST_DETECTION.event)
    .meta({ description: 'What happened to the finding', examples: ['detected'] }),
  revision: z
    .int()
    .min(1)
    .default(FIRST_DETECTION.revision)
    .describe("The finding's revision: it grows with each of its events"),
  detectedAt: z.string().meta({
    description: 'When the finding was detected, as it was published: ISO 8601 with a zone',
    examples: ['2026-11-23T10:00:00.000Z'],
  }),
  arrivedAt: instantSchema
    .optional()
    .describe('When the finding came to us, if that was more than an hour after its detection'),
  attempts: z.int().min(0).describe('How many attempts are on record'),
  attemptLimit: z.int().min(1).describe('The attempt with which the current retry cycle ends'),
  lastAttemptAt: instantSchema.optional().describe('When the latest attempt began'),
  lastStatusCode: statusCodeSchema.optional().describe('What the receiver answered last'),
  lastError: errorSchema.optional(),
  lastCause: causeSchema.optional(),
  nextAttemptAt: instantSchema
    .optional()
    .describe('From when on the next attempt is made; while it waits for its turn, no sooner than that'),
  waiting: z
    .object({
      since: instantSchema.describe('Since when'),
      ahead: z.object(countFields).describe('How many others wait, about'),
      expectedAt: expectedAtSchema,
    })
    .optional()
    .meta({
      description:
        "There if the delivery waits for its turn: findings come faster than the webhook's pace. It has failed nothing. Pausing the webhook, or an alert rule that the finding does not pass, drops it.",
      examples: [
        {
          since: '2026-11-23T10:00:00.000Z',
          ahead: { count: 299, isCapped: false },
          expectedAt: '2026-11-23T10:10:00.000Z',
        },
      ],
    }),
  digest: z
    .object({
      id: deliveryIdSchema.describe('The delivery that is the digest; its own id on the digest itself'),
      endsAt: instantSchema.describe('The end of its window'),
      findings: z.int().min(0).optional().describe('How many findings it has, once that is known'),
    })
    .optional()
    .meta({
      description: 'There if the finding goes or went with others in one message, and on the delivery of that message',
      examples: [{ id: 'dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD', endsAt: '2026-11-23T11:00:00.000Z', findings: 37 }],
    }),
  failedAt: instantSchema.optional().describe('When it became failed or held'),
};

export const deliverySchema = z
  .object({ ...deliveryFields, finding: findingHeadSchema })
  .meta({ id: 'Delivery', description: 'One finding for one webhook' });

/** Deliveries of a page. */
export const MAX_PAGE = 100;

export const deliveryPageSchema = z
  .object({
    deliveries: z
      .array(deliverySchema)
      .max(MAX_PAGE)
      .describe('In the order that was asked for; with a status of failed or held the latest failure first'),
    nextCursor: cursorSchema
      .optional()
      .describe('For the next page; absent on the last. A page may be empty and not the last.'),
    searchedBackTo: instantSchema
      .optional()
      .describe('There if the page is not full because enough deliveries were looked at: the next one goes on there'),
  })
  .meta({ id: 'DeliveryPage', description: "A page of a webhook's delivery log" });

const adviceSchema = z.string().meta({
  description: 'What to do about it: a sentence',
  examples: [
    'The receiver answered 503, so it has a problem of its own: look for the reason in its logs, and try again once it is solved.',
  ],
});

const attemptSchema = z
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

export const sentRequestSchema = z
  .object({
    method: z.enum(['POST', 'PUT']).describe('Its method'),
    url: z.string().meta({ description: 'Where it goes', examples: ['https://siem.example.com/thalian'] }),
    headers: z.record(z.string(), z.string()).meta({
      description: "By name in lower case; the webhook's own are left out, as their names are secret too",
      examples: [{ 'content-type': 'application/json', 'webhook-id': 'dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD' }],
    }),
    body: z.string().describe('As it goes over the wire'),
  })
  .meta({ id: 'SentRequest', description: 'The request as the webhook is configured now, with every secret masked' });

export type SentRequest = z.output<typeof sentRequestSchema>;

export const deliveryDetailSchema = z
  .object({
    ...deliveryFields,
    finding: publishedFindingSchema,
    attemptLog: z.array(attemptSchema).describe('The latest 200 attempts, the oldest of them first'),
    request: sentRequestSchema.optional(),
  })
  .meta({ id: 'DeliveryDetail', description: 'One delivery with every attempt' });

/** What the caller of a bulk retry is promised as the most of one call. */
export const MAX_RETRIED = 500;

export const bulkRetrySchema = z
  .object({
    retried: z.int().min(0).max(MAX_RETRIED).describe('How many are on their way again'),
    matched: z
      .int()
      .min(0)
      .max(MAX_RETRIED)
      .optional()
      .describe('With `countOnly`: how many would be, of those that this call looked at'),
    nextCursor: cursorSchema.optional().describe('Call again with it: there may be more'),
  })
  .meta({ id: 'BulkRetry', description: 'What came of one call of the bulk retry', examples: [{ retried: 42 }] });

export const millisSchema = z.int().min(0);

export const testSendSchema = z
  .object({
    isAccepted: z.boolean().describe('Whether the receiver accepted the finding'),
    statusCode: statusCodeSchema.optional(),
    error: errorSchema.optional(),
    cause: causeSchema.optional(),
    code: codeSchema.optional(),
    location: locationSchema.optional(),
    advice: adviceSchema.optional().describe('Of a failure: what to do about it'),
    millis: z
      .object({
        total: millisSchema.describe('The whole try, from DNS to the end of the response'),
        dns: millisSchema.optional().describe('Until the name was resolved'),
        connect: millisSchema.optional().describe('From then until the TCP connection stood'),
        tls: millisSchema.optional().describe('From then until the certificate was found good'),
        firstByte: millisSchema.optional().describe('From sending the request to the first byte of the response'),
      })
      .meta({
        description: 'Milliseconds by phase; a phase that did not take place is absent',
        examples: [{ total: 182, dns: 12, connect: 31, tls: 64, firstByte: 74 }],
      }),
    answer: z
      .object({
        headers: z
          .record(z.string(), z.string())
          .meta({ description: 'The first 20, by name in lower case', examples: [{ 'content-type': 'text/plain' }] }),
        body: excerptSchema,
      })
      .optional()
      .describe('What the receiver answered, secrets masked; with no-token, what the sign-in service answered'),
    request: sentRequestSchema.optional(),
  })
  .meta({ id: 'TestSend', description: 'What came of a test send' });

export const testPreviewSchema = z
  .object({ request: sentRequestSchema.optional() })
  .meta({ id: 'TestPreview', description: 'What a test would send; the id and the time are of this moment' });

export type TestSendResponse = z.output<typeof testSendSchema>;

export type DeliveryResponse = z.output<typeof deliverySchema>;
export type DeliveryDetailResponse = z.output<typeof deliveryDetailSchema>;

/** What a delivery that waits shows of its webhook: how many there are, itself included, and when the last is expected. */
export interface WaitingLine {
  readonly count: Health['failed'];
  readonly expectedAt: string;
}

/** `line` may be absent if no row of a page waits. */
export function toDeliveryResponse(row: DeliveryRow, line?: WaitingLine): DeliveryResponse {
  const { id, title, severity, affected, platform, detectedAt } = findingOf(row);
  return { ...commonFields(row, line), finding: { id, title, severity, affected, platform }, detectedAt };
}

export function toDeliveryDetail(
  row: DeliveryRow,
  request: SentRequest | undefined,
  line?: WaitingLine,
  digest?: DeliveryRow,
): DeliveryDetailResponse {
  const finding = findingOf(row);
  // Nothing follows a success.
  const success = row.status === 'delivered' ? row.attempts.at(-1) : undefined;
  return {
    ...commonFields(row, line),
    ...(digest?.digestEndsAt !== undefined && { digest: toDigest(digest, digest.digestEndsAt) }),
    finding,
    detectedAt: finding.detectedAt,
    attemptLog: row.attempts.map((attempt) => toAttempt(attempt, attempt === success)),
    ...(request && { request }),
  };
}

function toAttempt(attempt: Attempt, isSuccess: boolean): DeliveryDetailResponse['attemptLog'][number] {
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
export function reasonOf({
  cause,
  code,
  location,
}: Attempt): Pick<DeliveryDetailResponse['attemptLog'][number], 'cause' | 'code' | 'location'> {
  return {
    ...(cause !== undefined && { cause }),
    ...(code !== undefined && { code }),
    ...(location !== undefined && { location }),
  };
}

function commonFields(
  row: DeliveryRow,
  line: WaitingLine | undefined,
): Omit<DeliveryResponse, 'finding' | 'detectedAt'> {
  const last = row.attempts.at(-1);
  return {
    id: row.deliveryId,
    status: row.status,
    ...(row.reason !== undefined && { reason: row.reason }),
    ...lifecycleOf(row),
    ...(row.arrivedAt !== undefined && { arrivedAt: toInstant(row.arrivedAt) }),
    attempts: row.attempts.length,
    attemptLimit: row.attemptLimit,
    ...(last && { lastAttemptAt: toInstant(last.at) }),
    ...(last?.statusCode !== undefined && { lastStatusCode: last.statusCode }),
    ...(last?.error !== undefined && { lastError: last.error }),
    ...(last?.cause !== undefined && { lastCause: last.cause }),
    ...(row.nextAttemptAt !== undefined && { nextAttemptAt: toInstant(row.nextAttemptAt) }),
    ...(row.waitingSince !== undefined && line && { waiting: toWaiting(row.waitingSince, line) }),
    ...(row.digestEndsAt !== undefined && { digest: toDigest(row, row.digestEndsAt) }),
    ...(row.failedAt !== undefined && { failedAt: toInstant(row.failedAt) }),
  };
}

function toDigest(row: DeliveryRow, endsAt: number): NonNullable<DeliveryResponse['digest']> {
  const findings = membersOf(row)?.length;
  return {
    id: row.digestId ?? row.deliveryId,
    endsAt: toInstant(endsAt),
    ...(findings !== undefined && { findings }),
  };
}

/** The index that counts may lag behind the row: the delivery itself is always one of those that wait. */
function toWaiting(
  since: number,
  { count: { count, isCapped }, expectedAt }: WaitingLine,
): NonNullable<DeliveryResponse['waiting']> {
  return { since: toInstant(since), ahead: { count: Math.max(0, count - 1), isCapped }, expectedAt };
}

/** Throws if the row's own string is not a finding: we wrote it. */
export function findingOf({ deliveryId, finding }: DeliveryRow) {
  const json = parseJson(finding);
  if (json.kind === 'rejected') {
    throw new Error(`The finding of ${deliveryId} cannot be read: ${json.reason}`);
  }
  return findingSchema.parse(json.value);
}
