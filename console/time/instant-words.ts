/** Instants in words: in the reader's own zone, and exactly. */

const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;
const DAY_MILLIS = 24 * HOUR_MILLIS;

/** Below it every figure would be old before it is read. */
const JUST_NOW_MILLIS = 45_000;

const SOON_MILLIS = 2 * MINUTE_MILLIS;

/** `timeZone` is the reader's unless it is given. */
export function inReadersZone(at: string, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(timeZone !== undefined && { timeZone }),
  }).format(new Date(at));
}

/** Of the reader, as in `Europe/Berlin`. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** For the eye that wants to know whether it was lately. */
export function fromNow(at: string, nowMillis: number, locale: string): string {
  const millis = Date.parse(at) - nowMillis;
  const distance = Math.abs(millis);
  if (distance < JUST_NOW_MILLIS) {
    return millis > 0 ? 'in a moment' : 'just now';
  }
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const [unit, unitMillis] = unitFor(distance);
  return words.format(Math.round(millis / unitMillis), unit);
}

/** Of something that is due: what is late is about to happen. */
export function untilThen(at: string, nowMillis: number, locale: string): string {
  return Date.parse(at) <= nowMillis ? 'now' : fromNow(at, nowMillis, locale);
}

/** Nearer than this, a guess would pretend to be exact. */
export function isSoon(at: string, nowMillis: number): boolean {
  return Date.parse(at) - nowMillis < SOON_MILLIS;
}

function unitFor(distance: number): readonly [Intl.RelativeTimeFormatUnit, number] {
  if (distance < HOUR_MILLIS) {
    return ['minute', MINUTE_MILLIS];
  }
  return distance < DAY_MILLIS ? ['hour', HOUR_MILLIS] : ['day', DAY_MILLIS];
}
