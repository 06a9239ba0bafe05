/** The span of time that the reader picked, as the API takes it. */

/** ISO 8601; from `since` on and before `until`. */
export interface Span {
  readonly since?: string;
  readonly until?: string;
}

/** As the library's picker gives it: texts with the offset of the reader's zone, or so much time up to now. */
export type PickedRange =
  | { readonly type: 'absolute'; readonly startDate: string; readonly endDate: string }
  | { readonly type: 'relative'; readonly amount: number; readonly unit: string };

const HOUR_MILLIS = 3_600_000;

const UNIT_MILLIS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: HOUR_MILLIS,
  day: 24 * HOUR_MILLIS,
  week: 7 * 24 * HOUR_MILLIS,
  // Longer than any, as is a year: the log keeps a delivery for 30 days.
  month: 31 * 24 * HOUR_MILLIS,
};

/** Everything, if nothing was picked. */
export function spanOf(picked: PickedRange | null, nowMillis: number): Span {
  if (picked === null) {
    return {};
  }
  if (picked.type === 'absolute') {
    return { since: toInstant(Date.parse(picked.startDate)), until: toInstant(Date.parse(picked.endDate)) };
  }
  const unitMillis = UNIT_MILLIS[picked.unit];
  return unitMillis === undefined ? {} : { since: toInstant(nowMillis - picked.amount * unitMillis) };
}

/** The other way: as the picker shows a span of the log, which may have one end only. */
export function rangeOf({ since, until }: Span, nowMillis: number): Extract<PickedRange, { type: 'absolute' }> | null {
  if (since === undefined && until === undefined) {
    return null;
  }
  return {
    type: 'absolute',
    startDate: withOffset(since === undefined ? nowMillis - (UNIT_MILLIS['month'] ?? 0) : Date.parse(since)),
    endDate: withOffset(until === undefined ? nowMillis : Date.parse(until)),
  };
}

/** In the reader's zone and with its offset, rounded up to a second: as the picker reads it. */
function withOffset(millis: number): string {
  const second = Math.ceil(millis / 1_000) * 1_000;
  const minutes = -new Date(second).getTimezoneOffset();
  const local = new Date(second + minutes * 60_000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${local}${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
}

function toInstant(millis: number): string {
  return new Date(millis).toISOString();
}
