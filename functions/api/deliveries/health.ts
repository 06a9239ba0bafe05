/**
 * The health of webhooks, computed from the log when asked: no delivery pays for being counted. What cannot be read is said
 * to be so: a webhook's configuration is shown whatever becomes of its log.
 */
import {
  type Health,
  type HealthStats,
  MOST_COUNTED,
  paceOfWebhook,
  toHealth,
  toInstant,
} from '../../../shared/api/webhook-responses.schema.ts';
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
  read(webhook: Webhook): Promise<Health>;
  /** With each webhook its health, in the order of the webhooks. */
  readAll(tenantId: TenantId, webhooks: readonly Webhook[]): Promise<readonly (readonly [Webhook, Health])[]>;
}

/** Neither of the two rejects. */
export function createHealthReader(deps: HealthDependencies, cache: MinuteCache): HealthReader {
  const { clock, telemetry } = deps;

  async function readOr(failed: (reason: unknown) => void, webhook: Webhook, until: number): Promise<Health> {
    try {
      if (clock.now() >= until) {
        throw new Error('There is no time left to read the log');
      }
      return toHealth(webhook, await cache.health(webhook, () => readHealth(deps, webhook)), clock.now());
    } catch (error) {
      failed(error);
      return toHealth(webhook, undefined, clock.now());
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
      const read = await sideBySide(webhooks, HEALTHS_SIDE_BY_SIDE, async (webhook) => {
        const health = await readOr((reason) => reasons.push(reason), webhook, until);
        return [webhook, health] as const;
      });
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
  { history }: Pick<ApiDependencies, 'history'>,
  webhook: Webhook,
): Promise<HealthStats> {
  const { tenantId, webhookId } = webhook;
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
  const [latest] = deliveries;
  const nextRetryAt = nextRetryAmong(deliveries);
  return {
    failed,
    held,
    ...(waiting && waiting.count > 0 && { waiting }),
    ...(latest && { lastDelivery: toLastDelivery(latest) }),
    ...(nextRetryAt !== undefined && { nextRetryAt: toInstant(nextRetryAt) }),
  };
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
