/**
 * The health of webhooks, computed from the log when asked: no delivery pays for being counted. What cannot be read is said
 * to be so: a webhook's configuration is shown whatever becomes of its log.
 */

import { MOST_COUNTED } from '../../../shared/api/counts.schema.ts';
import { digestOf } from '../../../shared/api/digest.ts';
import { toInstant } from '../../../shared/api/instant.schema.ts';
import { type Health, type HealthStats, paceOfWebhook, toHealth } from '../../../shared/api/webhook-health.schema.ts';
import type { DetectedDelivery } from '../../../shared/delivery/delivery.ts';
import { detectedAtOf } from '../../../shared/delivery/delivery-id.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import type { Telemetry } from '../../../shared/runtime/telemetry.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { sideBySide } from '../side-by-side.ts';
import type { MinuteCache } from './minute-cache.ts';

/** Among so many of the latest findings the next retry is looked for: one page of the log. */
const LATEST_LOOKED_AT = 100;

/** Of one to four queries each. */
export const HEALTHS_SIDE_BY_SIDE = 8;

/**
 * No read begins later. What is under way then may take two queries of 7 s (three tries of 2 s and the pauses between
 * them): the response leaves well within the 30 s that API Gateway waits.
 */
const BUDGET_MILLIS = 3_000;

type HealthDependencies = Pick<ApiDependencies, 'history' | 'clock'> & { readonly telemetry: Pick<Telemetry, 'fail'> };

export interface HealthReader {
  read(webhook: Webhook): Promise<ReadHealth>;
  /** With each webhook its health, in the order of the webhooks. */
  readAll(tenantId: TenantId, webhooks: readonly Webhook[]): Promise<readonly ReadHealth[]>;
}

/** The last is a digest of the latest deliveries; undefined if they could not be read. */
export type ReadHealth = readonly [Webhook, Health, string | undefined];

/** Neither of the two rejects. */
export function createHealthReader(deps: HealthDependencies, cache: MinuteCache): HealthReader {
  const { clock, telemetry } = deps;

  async function readOr(failed: (reason: unknown) => void, webhook: Webhook, until: number): Promise<ReadHealth> {
    try {
      if (clock.now() >= until) {
        throw new Error('There is no time left to read the log');
      }
      const stats = await cache.health(webhook, () => readHealth(deps, webhook));
      return [webhook, toHealth(webhook, stats, clock.now()), stats.latest];
    } catch (error) {
      failed(error);
      return [webhook, toHealth(webhook, undefined, clock.now()), undefined];
    }
  }

  return {
    async read(webhook) {
      const { tenantId, webhookId } = webhook;
      const failed = (reason: unknown) => telemetry.fail('health.unread', { tenantId, webhookId }, reason);
      return readOr(failed, webhook, Number.POSITIVE_INFINITY);
    },

    async readAll(tenantId, webhooks) {
      const until = clock.now() + BUDGET_MILLIS;
      const reasons: unknown[] = [];
      const read = await sideBySide(webhooks, HEALTHS_SIDE_BY_SIDE, (webhook) =>
        readOr((reason) => reasons.push(reason), webhook, until),
      );
      if (reasons.length > 0) {
        // One line for all: they mostly fail for one reason.
        telemetry.fail('health.unread', { tenantId, webhooks: reasons.length }, reasons[0]);
      }
      return read;
    },
  };
}

/** One query where the whole log is within it, otherwise three at least, and one more for a webhook of a pace. */
export async function readHealth(
  { history, clock }: Pick<ApiDependencies, 'history' | 'clock'>,
  webhook: Webhook,
): Promise<HealthStats> {
  const { tenantId, webhookId } = webhook;
  // Before the reads: what happens during them may be missing.
  const asOf = clock.now();
  const { deliveries, isWhole } = await history.readLatest(tenantId, webhookId, LATEST_LOOKED_AT);
  const count = async (status: 'failed' | 'held') =>
    isWhole
      ? { count: deliveries.filter((delivery) => delivery.status === status).length, isCapped: false }
      : history.countFailures(tenantId, webhookId, status, MOST_COUNTED);
  const countWaiting = async () =>
    isWhole
      ? { count: deliveries.filter(isWaiting).length, isCapped: false }
      : history.countFailures(tenantId, webhookId, 'waiting', MOST_COUNTED);
  const hasPace = paceOfWebhook(webhook) !== undefined || deliveries.some(isWaiting);
  const [failed, held, waiting] = await Promise.all([
    count('failed'),
    count('held'),
    hasPace ? countWaiting() : undefined,
  ]);
  const latest = attemptedLast(deliveries);
  const nextRetryAt = nextRetryAmong(deliveries);
  return {
    asOf: toInstant(asOf),
    latest: digestOf(deliveries),
    failed,
    held,
    ...(waiting && waiting.count > 0 && { waiting }),
    ...(latest && { lastDelivery: toLastDelivery(latest) }),
    ...(nextRetryAt !== undefined && { nextRetryAt: toInstant(nextRetryAt) }),
  };
}

/** The one detected last if none was attempted yet. */
function attemptedLast(deliveries: readonly DetectedDelivery[]): DetectedDelivery | undefined {
  const attemptedAt = (delivery: DetectedDelivery) => delivery.attemptedAt ?? 0;
  return deliveries.reduce<DetectedDelivery | undefined>(
    (last, delivery) => (last !== undefined && attemptedAt(last) >= attemptedAt(delivery) ? last : delivery),
    undefined,
  );
}

function toLastDelivery({ deliveryId, status, attemptedAt }: DetectedDelivery): NonNullable<Health['lastDelivery']> {
  return {
    id: deliveryId,
    status,
    detectedAt: toInstant(detectedAtOf(deliveryId) ?? 0),
    ...(attemptedAt !== undefined && { attemptedAt: toInstant(attemptedAt) }),
  };
}

function nextRetryAmong(deliveries: readonly DetectedDelivery[]): number | undefined {
  const due = deliveries.flatMap((delivery) =>
    delivery.status === 'pending' && delivery.nextAttemptAt !== undefined && !isWaiting(delivery)
      ? [delivery.nextAttemptAt]
      : [],
  );
  return due.length === 0 ? undefined : Math.min(...due);
}

/** Until its turn comes within reach, which an instant of its own retry says nothing about. */
function isWaiting({ waitingSince }: DetectedDelivery): boolean {
  return waitingSince !== undefined;
}
