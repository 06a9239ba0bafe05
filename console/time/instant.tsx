/** An instant on a page: in the reader's zone, and on hover as the API has it, to the millisecond and in UTC. */
import { useEffect, useState } from 'react';
import { fromNow, inReadersZone, isSoon, untilThen } from './instant-words.ts';

/** The pages are in English; how dates are written differs among its readers. */
const LOCALE = Intl.DateTimeFormat.supportedLocalesOf(navigator.languages.filter(isEnglish))[0] ?? 'en-GB';

interface InstantProps {
  /** ISO 8601. */
  readonly at: string;
}

export function Instant({ at }: InstantProps) {
  return (
    <time dateTime={at} title={exactly(at)} className="figure">
      {inReadersZone(at, LOCALE)}
    </time>
  );
}

/** "3 minutes ago"; on hover the instant itself. */
export function Ago({ at }: InstantProps) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${inReadersZone(at, LOCALE)} · ${exactly(at)}`}>
      {fromNow(at, now, LOCALE)}
    </time>
  );
}

/** "in 3 minutes", or "now" for what is late. */
export function Due({ at }: InstantProps) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${inReadersZone(at, LOCALE)} · ${exactly(at)}`}>
      {untilThen(at, now, LOCALE)}
    </time>
  );
}

/** "in 30 minutes", of something that is guessed: what is near is "within two minutes". */
export function Expected({ at }: InstantProps) {
  const now = useNow();
  return isSoon(at, now) ? (
    'within two minutes'
  ) : (
    <time dateTime={at} title={`about ${inReadersZone(at, LOCALE)}`}>
      {fromNow(at, now, LOCALE)}
    </time>
  );
}

/** Findings may come with another offset than Z. */
function exactly(at: string): string {
  return new Date(at).toISOString();
}

const TICK_MILLIS = 5_000;

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Systems without a language of their own give browsers tags such as `en-US@posix`. */
function isEnglish(language: string): boolean {
  return /^en(-[A-Z]{2})?$/.test(language);
}
