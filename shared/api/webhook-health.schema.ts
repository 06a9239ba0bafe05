/** How the API shows whether a webhook's deliveries arrive: computed from the delivery log, and from what the webhook knows itself. */
import * as z from 'zod';
import { expectedAt } from '../delivery/expected-turn.ts';
import { findFormat } from '../destinations/formats.ts';
import { type Pace, paceOf } from '../webhook/pace.ts';
import type { Webhook } from '../webhook/webhook.ts';
import { isFailing } from '../webhook/webhook-health.ts';
import { countFields } from './counts.schema.ts';
import { deliveryStatusSchema } from './delivery-status.schema.ts';
import { deliveryIdSchema } from './ids.schema.ts';
import { instantSchema, toInstant } from './instant.schema.ts';

const FEW = { count: 3, isCapped: false };

export const expectedAtSchema = instantSchema.describe(
  'When the last of them is expected to go, at the pace of now. Less than two minutes ahead it means: within two minutes. After the pace was removed: until when all of them have gone, at most 15 minutes.',
);

const waitingSchema = z.object({ ...countFields, expectedAt: expectedAtSchema }).meta({
  description:
    'There if deliveries wait because findings come faster than the pace. What waits less than two minutes is not counted. Pausing the webhook, or an alert rule that they do not pass, drops them.',
  examples: [{ ...FEW, expectedAt: '2026-11-23T10:10:00.000Z' }],
});

export const healthSchema = z
  .object({
    isFailing: z.boolean().describe('The last five attempts or more failed'),
    failingSince: instantSchema
      .optional()
      .describe('When a delivery first exhausted its retries since the last success'),
    failed: z
      .object(countFields)
      .meta({ description: 'Failed deliveries that wait for a person to look', examples: [FEW] }),
    held: z
      .object(countFields)
      .meta({ description: 'Deliveries kept while the webhook was disabled', examples: [FEW] }),
    waiting: waitingSchema.optional(),
    lastDelivery: z
      .object({
        id: deliveryIdSchema,
        status: deliveryStatusSchema,
        detectedAt: instantSchema.describe('When its finding was detected'),
        attemptedAt: instantSchema.optional().describe('When its latest attempt began'),
      })
      .optional()
      .describe('Of the 100 findings detected last, the delivery that was attempted last'),
    nextRetryAt: instantSchema.optional().describe('The earliest retry due among the 100 latest findings'),
    asOf: instantSchema
      .optional()
      .describe('When the log was read. What is read later shows nothing that is older than this'),
    isIncomplete: z
      .literal(true)
      .optional()
      .describe(
        'There if the delivery log could not be read just now. The counts are then the least that there may be, 0 with isCapped, and lastDelivery and nextRetryAt are missing.',
      ),
  })
  .meta({ id: 'Health', description: 'Computed from the delivery log when asked' });

export type Health = z.output<typeof healthSchema>;

export interface HealthStats {
  /** When it was read. */
  readonly asOf: string;
  /** A digest of the latest deliveries: never shown, it tells whether one of them has changed. */
  readonly latest: string;
  readonly failed: Health['failed'];
  readonly held: Health['held'];
  /** Of any. */
  readonly waiting?: Health['held'];
  readonly lastDelivery?: NonNullable<Health['lastDelivery']>;
  readonly nextRetryAt?: string;
}

/** Of a log that was not read, counting stopped before it began. */
const UNREAD = { count: 0, isCapped: true };
const NOTHING_READ = { failed: UNREAD, held: UNREAD, waiting: undefined, isIncomplete: true } as const;

/** `stats` are undefined if the log could not be read. */
export function toHealth(webhook: Webhook, stats: HealthStats | undefined, nowMillis: number): Health {
  const { failingSince } = webhook.health;
  const { waiting, latest: _, ...counts } = stats ?? { ...NOTHING_READ, latest: undefined };
  return {
    isFailing: isFailing(webhook.health),
    ...(failingSince !== undefined && { failingSince: toInstant(failingSince) }),
    ...counts,
    ...(waiting && { waiting: { ...waiting, expectedAt: expectedInstant(webhook, waiting.count, nowMillis) } }),
  };
}

export function paceOfWebhook(webhook: Webhook): Pace | undefined {
  return paceOf(webhook, findFormat(webhook.format.id));
}

/** When the last of so many that wait is expected to go. */
export function expectedInstant(webhook: Webhook, waiting: number, nowMillis: number): string {
  return toInstant(expectedAt(paceOfWebhook(webhook), webhook, waiting, nowMillis));
}
