/** What the address asks of the chart, and how the numbers of an hour are said. */
import type { StatsQuery } from '../api/client.ts';

export const CHART_PARAMETERS = ['hours', 'counted', 'chart'] as const;

export type ChartParameter = (typeof CHART_PARAMETERS)[number];

export const SPANS = [
  { id: '24', text: '24 hours' },
  { id: '72', text: '3 days' },
  { id: '168', text: '7 days' },
] as const;

/** How many deliveries there were, or how long they took. */
export const CHARTS = [
  { id: 'deliveries', text: 'Deliveries' },
  { id: 'response', text: 'Response time' },
  { id: 'delivery', text: 'Time to delivery' },
] as const;

export type ChartKind = (typeof CHARTS)[number]['id'];

type Parameters = Readonly<Partial<Record<ChartParameter, string>>>;

/** Any program can write an address: what is not known counts as absent. By arrival, as the log is. */
export function statsQueryOf({ hours, counted }: Parameters): StatsQuery {
  const span = SPANS.find(({ id }) => id === hours) ?? SPANS[0];
  return { hours: Number(span.id), by: counted === 'detection' ? 'detection' : 'arrival' };
}

export function chartKindOf({ chart }: Parameters): ChartKind {
  return CHARTS.find(({ id }) => id === chart)?.id ?? 'deliveries';
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** As exact as a person compares them. */
export function durationWords(millis: number): string {
  if (millis < SECOND) {
    return `${Math.round(millis)} ms`;
  }
  if (millis < MINUTE) {
    return `${rounded(millis / SECOND)} s`;
  }
  return millis < HOUR ? `${rounded(millis / MINUTE)} min` : `${rounded(millis / HOUR)} h`;
}

function rounded(amount: number): string {
  return amount.toLocaleString('en', { maximumFractionDigits: amount < 10 ? 1 : 0 });
}
