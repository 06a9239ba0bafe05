/** What the chart shows, computed from the log when asked: no delivery pays for being counted. */
import { MOST_COUNTED, toInstant } from '../../../shared/api/webhook-responses.schema.ts';
import type { DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import type { StatusReading } from '../../../shared/delivery/delivery-history.port.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';

const HOUR_MILLIS = 3_600_000;

export interface HourlyStats {
  readonly hours: readonly ({ readonly start: string } & Readonly<Record<DeliveryStatus, number>>)[];
  readonly isCapped: boolean;
  readonly completeFrom: string;
  /** When the log was read. */
  readonly asOf: string;
}

/** The hours up to and with the current one. */
export async function readStats(
  { history, clock }: Pick<ApiDependencies, 'history' | 'clock'>,
  tenantId: TenantId,
  webhookId: WebhookId,
  hours: number,
): Promise<HourlyStats> {
  const asOf = clock.now();
  const until = (Math.floor(asOf / HOUR_MILLIS) + 1) * HOUR_MILLIS;
  const from = until - hours * HOUR_MILLIS;
  const reading = await history.readStatuses(tenantId, webhookId, { from, until }, MOST_COUNTED);
  const starts = Array.from({ length: hours }, (_, index) => from + index * HOUR_MILLIS);
  const byHour = Map.groupBy(reading.statuses, ({ detectedAt }) => Math.floor(detectedAt / HOUR_MILLIS) * HOUR_MILLIS);
  return {
    hours: starts.map((start) => ({ start: toInstant(start), ...countByStatus(byHour.get(start) ?? []) })),
    isCapped: reading.isCapped,
    asOf: toInstant(asOf),
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
