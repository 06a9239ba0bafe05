/**
 * Keeps stats that were costly to compute for a minute, in this instance alone. Small ones are computed each time: a person who
 * has just retried a delivery wants to see it.
 */
import type { HealthStats } from '../../../shared/api/webhook-health.schema.ts';
import type { CappedCount } from '../../../shared/delivery/delivery-history.port.ts';
import type { Clock } from '../../../shared/runtime/clock.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { HourlyStats } from './stats.ts';

export interface MinuteCache {
  health(webhook: Webhook, compute: () => Promise<HealthStats>): Promise<HealthStats>;
  waiting(webhook: Webhook, compute: () => Promise<CappedCount>): Promise<CappedCount>;
  /** `which` names the request: how many hours, and by which moment. */
  stats(webhook: Webhook, which: string, compute: () => Promise<HourlyStats>): Promise<HourlyStats>;
}

export const KEPT_MILLIS = 60_000;

/** What takes more than about one page of the table (1 MB) to read. */
const COSTLY_DELIVERIES = 1_000;

/** Of some hundred bytes to some kilobytes each. */
const MAX_KEPT = 500;

export function createMinuteCache(clock: Clock): MinuteCache {
  const kept = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();

  async function remembered<Value>(
    name: string,
    isCostly: (value: Value) => boolean,
    compute: () => Promise<Value>,
  ): Promise<Value> {
    const known = kept.get(name);
    if (known !== undefined && clock.now() < known.until) {
      return known.value as Promise<Value>;
    }
    const value = compute();
    kept.set(name, { until: clock.now() + KEPT_MILLIS, value });
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) {
      kept.delete(oldest);
    }
    try {
      if (!isCostly(await value)) {
        kept.delete(name);
      }
    } catch (error) {
      kept.delete(name);
      throw error;
    }
    return value;
  }

  return {
    health: ({ tenantId, webhookId }, compute) =>
      remembered(
        `health ${tenantId}#${webhookId}`,
        ({ failed, held, waiting }) => failed.count + held.count + (waiting?.count ?? 0) >= COSTLY_DELIVERIES,
        compute,
      ),
    waiting: ({ tenantId, webhookId }, compute) =>
      remembered(`waiting ${tenantId}#${webhookId}`, ({ count }) => count >= COSTLY_DELIVERIES, compute),
    stats: ({ tenantId, webhookId }, which, compute) =>
      remembered(
        `stats ${tenantId}#${webhookId} ${which}`,
        ({ hours: counted }) => counted.reduce((sum, hour) => sum + sumOf(hour), 0) >= COSTLY_DELIVERIES,
        compute,
      ),
  };
}

function sumOf({ delivered, failed, pending, held, cancelled }: HourlyStats['hours'][number]): number {
  return delivered + failed + pending + held + cancelled;
}
