/** How publishers write the time of a detection: the contract's ISO 8601, and what else can be understood. */

/** The contract's spelling. What it says of days and zones is for `understandInstant` to check. */
const AS_ASKED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const SPELLING =
  /^(\d{4})-(\d\d)-(\d\d)(?:(?:T| +)(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)? *(?:Z|UTC|([+-])(\d\d)(?::?(\d\d))?)?$/i;

const EPOCH = /^\d{9,13}(?:\.\d+)?$/;

const MINUTE_MILLIS = 60_000;

/** A number below it is in seconds: as milliseconds it would be before April 1970, as seconds after the year 2286. */
const LEAST_EPOCH_MILLIS = 10_000_000_000;

export function isSpelledAsAsked(text: string): boolean {
  return AS_ASKED.test(text) && understandInstant(text) !== undefined;
}

/**
 * Epoch milliseconds, a further fraction dropped; undefined if it names no instant. A time without a zone is taken for
 * UTC, as Thalian's times are; second 60 of a leap second is the first of the next minute.
 */
export function understandInstant(written: unknown): number | undefined {
  if (typeof written === 'number') {
    return fromEpoch(written);
  }
  if (typeof written !== 'string') {
    return undefined;
  }
  const text = written.trim();
  return EPOCH.test(text) ? fromEpoch(Number(text)) : fromIso(text);
}

function fromEpoch(epoch: number): number | undefined {
  const millis = Math.trunc(epoch < LEAST_EPOCH_MILLIS ? epoch * 1000 : epoch);
  return Number.isSafeInteger(millis) ? millis : undefined;
}

function fromIso(text: string): number | undefined {
  const parts = SPELLING.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', sign, zoneHours = 0, zoneMinutes = 0] =
    parts;
  const midnight = midnightOf(Number(year), Number(month), Number(day));
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  const isZone = Number(zoneHours) < 24 && Number(zoneMinutes) < 60;
  if (midnight === undefined || !isTime || !isZone) {
    return undefined;
  }
  const ofDay = (Number(hour) * 60 + Number(minute)) * MINUTE_MILLIS + Number(second) * 1000;
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * MINUTE_MILLIS;
  return midnight + ofDay + Number(fraction.slice(0, 3).padEnd(3, '0')) + (sign === '-' ? zone : -zone);
}

/** Undefined for a day that the calendar lacks. */
function midnightOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}
