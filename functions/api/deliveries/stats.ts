/** What the card and the chart show, computed from the log when asked: no delivery pays for being counted. */
import { type HealthStats, MOST_COUNTED, toInstant } from '../../../shared/api/webhook-responses.schema.ts';
import type { DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import type { StatusReading } from '../../../shared/delivery/delivery-history.port.ts';
import { detectedAtOf } from '../../../shared/delivery/delivery-id.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** Among so many of the latest findings the next retry is looked for: one page of the log. */
const LATEST_LOOKED_AT = 100;

const HOUR_MILLIS = 3_600_000;

export interface HourlyStats {
  readonly hours: readonly ({ readonly start: string } & Readonly<Record<DeliveryStatus, number>>)[];
  readonly isCapped: boolean;
  readonly completeFrom: string;
}

export async function readHealth(
  { history }: Pick<ApiDependencies, 'history'>,
  tenantId: TenantId,
  webhookId: WebhookId,
): Promise<HealthStats> {
  const [failed, held, { rows }] = await Promise.all([
    history.countFailures(tenantId, webhookId, 'failed', MOST_COUNTED),
    history.countFailures(tenantId, webhookId, 'held', MOST_COUNTED),
    history.listByDetection(tenantId, webhookId, { limit: LATEST_LOOKED_AT }),
  ]);
  const [latest] = rows;
  const attemptedAt = latest?.attempts.at(-1)?.at;
  const retries = rows.filter(({ status }) => status === 'pending').map(({ nextAttemptAt }) => nextAttemptAt);
  const due = retries.filter((at) => at !== undefined);
  return {
    failed,
    held,
    ...(latest && {
      lastDelivery: {
        id: latest.deliveryId,
        status: latest.status,
        detectedAt: toInstant(detectedAtOf(latest.deliveryId) ?? 0),
        ...(attemptedAt !== undefined && { attemptedAt: toInstant(attemptedAt) }),
      },
    }),
    ...(due.length > 0 && { nextRetryAt: toInstant(Math.min(...due)) }),
  };
}

/** The hours up to and with the current one. */
export async function readStats(
  { history, clock }: Pick<ApiDependencies, 'history' | 'clock'>,
  tenantId: TenantId,
  webhookId: WebhookId,
  hours: number,
): Promise<HourlyStats> {
  const until = (Math.floor(clock.now() / HOUR_MILLIS) + 1) * HOUR_MILLIS;
  const from = until - hours * HOUR_MILLIS;
  const reading = await history.readStatuses(tenantId, webhookId, { from, until }, MOST_COUNTED);
  const starts = Array.from({ length: hours }, (_, index) => from + index * HOUR_MILLIS);
  const byHour = Map.groupBy(reading.statuses, ({ detectedAt }) => Math.floor(detectedAt / HOUR_MILLIS) * HOUR_MILLIS);
  return {
    hours: starts.map((start) => ({ start: toInstant(start), ...countByStatus(byHour.get(start) ?? []) })),
    isCapped: reading.isCapped,
    completeFrom: toInstant(
      reading.isCapped ? Math.max(from, ...reading.statuses.slice(-1).map(({ detectedAt }) => detectedAt)) : from,
    ),
  };
}

function countByStatus(statuses: StatusReading['statuses']): Readonly<Record<DeliveryStatus, number>> {
  const count = (status: DeliveryStatus) => statuses.filter((delivery) => delivery.status === status).length;
  return {
    delivered: count('delivered'),
    failed: count('failed'),
    pending: count('pending'),
    held: count('held'),
    cancelled: count('cancelled'),
  };
}
