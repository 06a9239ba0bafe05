/** Which part of the delivery log the address asks for, and what the API is asked because of it. */
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import type { DeliveryStatus, LogQuery } from '../api/client.ts';
import { STATUS_WORDS } from '../delivery/delivery-words.ts';

export const LOG_PARAMETERS = ['status', 'severity', 'cause', 'since', 'until', 'search', 'order', 'after'] as const;

export type LogParameter = (typeof LOG_PARAMETERS)[number];

const CAUSE = /^[a-z0-9-]{1,40}$/;
const MOST_CHARACTERS = 200;

/** Any program can write an address: what the API would refuse counts as absent. */
export function logQueryOf(parameters: Readonly<Partial<Record<LogParameter, string>>>): LogQuery {
  const { cause = '', since, until, order, after } = parameters;
  const status = (Object.keys(STATUS_WORDS) as DeliveryStatus[]).find((known) => known === parameters.status);
  const severity = SEVERITY_LEVELS.find((known) => known === parameters.severity);
  const search = parameters.search?.trim().slice(0, MOST_CHARACTERS);
  return {
    ...(status && { status }),
    ...(severity && { severity }),
    ...(CAUSE.test(cause) && { cause }),
    ...(isInstant(since) && { since }),
    ...(isInstant(until) && { until }),
    ...(search && { search }),
    ...(order === 'detection' && { order }),
    ...(after !== undefined && { cursor: after }),
  };
}

/** Whether anything is left out, order and page aside. */
export function isFiltered({ order: _, cursor: __, ...filters }: LogQuery): boolean {
  return Object.keys(filters).length > 0;
}

/** What a page of this log is looked for in, rather than looked up. */
export function isSearched({ severity, cause, search, status }: LogQuery): boolean {
  const isByIndex = status === undefined || status === 'failed' || status === 'held';
  return severity !== undefined || cause !== undefined || search !== undefined || !isByIndex;
}

/** By what the log is ordered, in words. */
export function orderWords({ status, order }: LogQuery): string {
  if (status === 'failed' || status === 'held') {
    return 'The latest failure first.';
  }
  return order === 'detection' ? 'The latest detection first.' : 'The latest arrival first.';
}

/** A field for an instant has it in the reader's zone, to the minute and without the zone. */
export function toLocalField(instant: string | undefined): string {
  if (instant === undefined) {
    return '';
  }
  const at = new Date(instant);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length);
}

export function fromLocalField(value: string): string | undefined {
  const millis = Date.parse(value);
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString();
}

function isInstant(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
