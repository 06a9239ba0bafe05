/** What the chart shows, computed from the log when asked: no delivery pays for being counted. */
import { MOST_COUNTED } from '../../../shared/api/counts.schema.ts';
import { toInstant } from '../../../shared/api/instant.schema.ts';
import type { DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import type { Moment, Outcome } from '../../../shared/delivery/delivery-history.port.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';

const HOUR_MILLIS = 3_600_000;

/** Milliseconds, the 50th and the 95th percentile. */
export interface Durations {
  readonly median: number;
  readonly p95: number;
}

export interface HourlyCount extends Readonly<Record<DeliveryStatus, number>> {
  readonly start: string;
  readonly responseMillis?: Durations;
  readonly deliveryMillis?: Durations;
}

export interface HourlyStats {
  readonly hours: readonly HourlyCount[];
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
  { hours, by }: { readonly hours: number; readonly by: Moment },
): Promise<HourlyStats> {
  const asOf = clock.now();
  const until = (Math.floor(asOf / HOUR_MILLIS) + 1) * HOUR_MILLIS;
  const from = until - hours * HOUR_MILLIS;
  const reading = await history.readOutcomes(tenantId, webhookId, { by, span: { from, until }, cap: MOST_COUNTED });
  const starts = Array.from({ length: hours }, (_, index) => from + index * HOUR_MILLIS);
  const byHour = Map.groupBy(reading.outcomes, ({ at }) => Math.floor(at / HOUR_MILLIS) * HOUR_MILLIS);
  return {
    hours: starts.map((start) => ({ start: toInstant(start), ...countOf(byHour.get(start) ?? []) })),
    isCapped: reading.isCapped,
    asOf: toInstant(asOf),
    completeFrom: toInstant(
      reading.isCapped ? Math.max(from, ...reading.outcomes.slice(-1).map(({ at }) => at)) : from,
    ),
  };
}

function countOf(outcomes: readonly Outcome[]): Omit<HourlyCount, 'start'> {
  const count = (status: DeliveryStatus) => outcomes.filter((delivery) => delivery.status === status).length;
  const responseMillis = durationsOf(outcomes.flatMap((outcome) => outcome.responseMillis));
  const deliveryMillis = durationsOf(outcomes.flatMap(({ deliveredAfterMillis }) => deliveredAfterMillis ?? []));
  return {
    delivered: count('delivered'),
    failed: count('failed'),
    pending: count('pending'),
    held: count('held'),
    cancelled: count('cancelled'),
    ...(responseMillis && { responseMillis }),
    ...(deliveryMillis && { deliveryMillis }),
  };
}

function durationsOf(millis: readonly number[]): Durations | undefined {
  const sorted = millis.toSorted((a, b) => a - b);
  const atRank = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return sorted.length === 0 ? undefined : { median: atRank(0.5), p95: atRank(0.95) };
}
