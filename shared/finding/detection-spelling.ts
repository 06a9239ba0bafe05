/** How publishers write the time of a detection: the contract's ISO 8601, and what else can be understood. */

/** The contract's spelling. What it says of days and zones is for `understandInstant` to check. */
const AS_ASKED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** At the end may stand the zone's name again, as Go (`+0000 UTC`) and Java (`Z[UTC]`) print it. */
const SPELLING =
  /^(\d{4})-(\d\d)-(\d\d)(?:(?:T| +)(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)? *(?:(?:Z|UTC|GMT|([+-])(\d\d)(?::?(\d\d))?)(?: [A-Z]{3,4}|\[[\w/+-]{1,40}\])?)?$/i;

const EPOCH = /^\d{9,19}(?:\.\d+)?$/;

const MINUTE_MILLIS = 60_000;

/**
 * In what an epoch counts, by how large it is: below 1e10 in seconds (as milliseconds it would be before April 1970, as seconds
 * 1e10 is after the year 2286), then in milli-, micro- and nanoseconds.
 */
const EPOCH_UNITS = [
  { below: 1e10, millis: (epoch: number) => epoch * 1000 },
  { below: 1e13, millis: (epoch: number) => epoch },
  { below: 1e16, millis: (epoch: number) => epoch / 1e3 },
  { below: 1e19, millis: (epoch: number) => epoch / 1e6 },
] as const;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{0,3}day)?$/i;

/** Longer is no time; a text of a megabyte is not taken apart. */
const LONGEST_WITH_MONTH = 64;

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
  return EPOCH.test(text) ? fromEpoch(Number(text)) : (fromIso(text) ?? fromWords(text));
}

function fromEpoch(epoch: number): number | undefined {
  const unit = EPOCH_UNITS.find(({ below }) => epoch < below);
  return unit && Math.trunc(unit.millis(epoch));
}

/**
 * With the month as a word, in any order: `Nov 23, 2026, 10:00:00 AM` (Inspector), `Mon, 23 Nov 2026 10:00:00 GMT` (mail, HTTP),
 * `Mon Nov 23 10:00:00 2026` (C). What is a number alone is no month: 5/6 is two days, by continent.
 */
function fromWords(text: string): number | undefined {
  const words = text.length > LONGEST_WITH_MONTH ? [] : text.split(/[\s,]+/);
  const take = (pattern: RegExp) => {
    const index = words.findIndex((word) => pattern.test(word));
    return index < 0 ? '' : (words.splice(index, 1)[0] ?? '');
  };
  const month = MONTHS.indexOf(take(MONTH).slice(0, 3).toLowerCase()) + 1;
  const year = take(/^\d{4}$/);
  const day = take(/^\d\d?$/);
  const time = take(/^\d\d?:\d\d(?::\d\d)?$/);
  const half = take(/^[ap]m$/i);
  const zone = take(/^(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$/i);
  take(WEEKDAY);
  if (month === 0 || year === '' || day === '' || time === '' || words.length > 0) {
    return undefined;
  }
  const [hour = '', ...rest] = time.split(':');
  const ofDay = [half === '' ? hour.padStart(2, '0') : hourOfDay(Number(hour), half), ...rest].join(':');
  return fromIso(`${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}T${ofDay}${zone}`);
}

/** 12 AM is midnight, 12 PM is noon. What is no hour of half a day comes out as none of the day. */
function hourOfDay(hour: number, half: string): string {
  const isHour = hour >= 1 && hour <= 12;
  return isHour ? String((hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)).padStart(2, '0') : 'none';
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
