/** A delivery's row as the delivery log keeps it, without its keys and index attributes. */
import * as z from 'zod';
import { lifecycleItemFields } from '../finding/lifecycle.schema.ts';
import { ATTEMPT_CAUSES } from '../http/attempt-outcome.ts';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../runtime/ids.ts';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { DeliveryRow, DetectedDelivery } from './delivery.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'held', 'cancelled'] as const;

export const statusReasonSchema = z.enum([
  'webhook-gone',
  'webhook-paused',
  'alerts-off',
  'below-threshold',
  'not-selected',
  'event-not-chosen',
  'detected-before',
  'superseded',
  'not-detected',
  'webhook-disabled',
  'exhausted',
  'gone',
  'address-refused',
  'url-refused',
]);

export const noResponseSchema = z.enum([
  'url-refused',
  'address-refused',
  'dns-failed',
  'connect-failed',
  'tls-failed',
  'connection-reset',
  'protocol-violated',
  'timeout',
  'no-token',
]);

const attemptSchema = z.object({
  number: z.int().min(1),
  at: z.number(),
  millis: z.number(),
  statusCode: z.int().exactOptional(),
  error: noResponseSchema.exactOptional(),
  /** Of a later version: a word that is new to this one is no damage. */
  cause: z.enum(ATTEMPT_CAUSES).catch('unknown').exactOptional(),
  code: z.string().exactOptional(),
  location: z.string().exactOptional(),
  /** The response's excerpt, under the name that deployed rows have. */
  answer: z.string().exactOptional(),
  duplicate: z.literal(true).exactOptional(),
});

/** Reasons that version 6493d20 does not know. */
const LATER_REASONS = ['event-not-chosen', 'detected-before', 'superseded', 'not-detected'] as const;

const itemSchema = z.object({
  status: z.enum(DELIVERY_STATUSES),
  reason: statusReasonSchema.exactOptional(),
  /** With `below-threshold`, the nearest reason that version 6493d20 can read. */
  notSelected: z.literal(true).exactOptional(),
  /** With the nearest reason that it knows, the reason itself. */
  exactReason: z.enum(LATER_REASONS).optional().catch(undefined),
  lastAttempt: z.int().min(0),
  attemptLimit: z.int().min(1),
  attempts: z.array(attemptSchema),
  finding: z.string(),
  ...lifecycleItemFields,
  arrivedAt: z.number().exactOptional(),
  nextAttemptAt: z.number().exactOptional(),
  lease: z.string().exactOptional(),
  leaseUntil: z.number().exactOptional(),
  reopen: z.enum(['user', 'operator']).exactOptional(),
  ticketSentAt: z.number().exactOptional(),
  /** Of a waiting row the index's sort key: since when it waits. */
  failedAt: z.number().exactOptional(),
  waitingSince: z.number().exactOptional(),
  explainedBefore: z.number().exactOptional(),
  /** Version 6493d20 reads over these three, and drops them when it writes: the delivery then goes alone. */
  digestId: z.string().exactOptional(),
  digestEndsAt: z.number().exactOptional(),
  digestMembers: z.string().exactOptional(),
  reconcileAt: z.number().exactOptional(),
  reconciles: z.int().exactOptional(),
  expiresAt: z.number(),
});

export type DeliveryItem = z.input<typeof itemSchema>;

export function toDeliveryItem(row: DeliveryRow): DeliveryItem {
  const { tenantId: _tenant, webhookId: _webhook, deliveryId: _delivery, attempts, ...item } = row;
  return {
    ...item,
    ...(row.reason === 'not-selected' && { reason: 'below-threshold', notSelected: true }),
    ...laterReason(row.reason),
    attempts: attempts.map(({ response, ...attempt }) => ({
      ...attempt,
      ...(response !== undefined && { answer: response }),
    })),
  };
}

function laterReason(reason: DeliveryRow['reason']): Pick<DeliveryItem, 'reason' | 'exactReason'> {
  const exactReason = LATER_REASONS.find((later) => later === reason);
  return exactReason === undefined ? {} : { reason: 'below-threshold', exactReason };
}

const detectedSchema = itemSchema.pick({ status: true, attempts: true, nextAttemptAt: true, waitingSince: true });

export function parseDetectedItem(
  deliveryId: DeliveryId,
  item: unknown,
): { readonly kind: 'parsed'; readonly delivery: DetectedDelivery } | Rejected {
  const parsed = detectedSchema.safeParse(item);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { attempts, ...rest } = parsed.data;
  const attemptedAt = attempts.at(-1)?.at;
  return { kind: 'parsed', delivery: { deliveryId, ...rest, ...(attemptedAt !== undefined && { attemptedAt }) } };
}

export function parseDeliveryItem(
  tenantId: TenantId,
  webhookId: WebhookId,
  deliveryId: DeliveryId,
  item: unknown,
): { readonly kind: 'parsed'; readonly row: DeliveryRow } | Rejected {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const attempts = parsed.data.attempts.map(({ answer, ...attempt }) => ({
    ...attempt,
    ...(answer !== undefined && { response: answer }),
  }));
  const { notSelected, exactReason, failedAt, digestId: digest, ...data } = parsed.data;
  // Version 0.1.0 leaves it where it was when it goes on with a row that waited.
  const failed = data.status !== 'pending' && failedAt !== undefined && { failedAt };
  const digestId = digest === undefined ? undefined : parseDeliveryId(digest);
  const row = { ...data, ...failed, ...(digestId && { digestId }), attempts, tenantId, webhookId, deliveryId };
  const reason = exactReason ?? (notSelected ? 'not-selected' : undefined);
  return { kind: 'parsed', row: reason === undefined ? row : { ...row, reason } };
}
