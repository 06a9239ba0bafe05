/** A pace in words, for pages of every kind. */
import type { ChosenPace, Pace } from './pace.ts';

/** `one finding every 2.1 s`. */
export function paceWords({ paceMillis, burst }: Pace): string {
  const every = paceMillis === 1_000 ? 'one finding a second' : `one finding every ${paceMillis / 1000} s`;
  return burst === 1 ? every : `${every}, up to ${burst.toLocaleString('en')} at once after a quiet time`;
}

/** Why a destination does not take the pace; undefined if it does. What would be faster is refused there. */
export function paceRefusal({ perMinute }: ChosenPace, title: string, mostPerMinute: number): string | undefined {
  const most = mostPerMinute.toLocaleString('en');
  return perMinute > mostPerMinute ? `${title} takes ${most} a minute at most. Choose ${most} or less.` : undefined;
}
