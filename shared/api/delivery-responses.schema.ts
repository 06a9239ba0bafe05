/** How the API shows the delivery log, and one delivery. */
import * as z from 'zod';
import type { DeliveryRow } from '../delivery/delivery.ts';
import { statusReasonSchema } from '../delivery/delivery-item.schema.ts';
import { membersOf } from '../delivery/digest.ts';
import { findingSchema } from '../finding/finding.schema.ts';
import { FINDING_EVENTS, FIRST_DETECTION, lifecycleOf } from '../finding/lifecycle.ts';
import { parseJson } from '../runtime/parse-json.schema.ts';
import { attemptSchema, causeSchema, errorSchema, statusCodeSchema, toAttempt } from './attempt-responses.schema.ts';
import { countFields } from './counts.schema.ts';
import { cursorSchema } from './cursor.schema.ts';
import { deliveryStatusSchema } from './delivery-status.schema.ts';
import { deliveryIdSchema } from './ids.schema.ts';
import { instantSchema, toInstant } from './instant.schema.ts';
import { findingHeadSchema, publishedFindingSchema } from './published-finding.schema.ts';
import { type SentRequest, sentRequestSchema } from './sent-request.schema.ts';
import { expectedAtSchema, type Health } from './webhook-health.schema.ts';

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

export const deliveryDetailSchema = z
  .object({
    ...deliveryFields,
    finding: publishedFindingSchema,
    attemptLog: z.array(attemptSchema).describe('The latest 200 attempts, the oldest of them first'),
    request: sentRequestSchema.optional(),
  })
  .meta({ id: 'DeliveryDetail', description: 'One delivery with every attempt' });

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
