/** When deliveries that wait for a turn may go, as people see it. The sender does not use it. */
import type { Pace } from '../webhook/pace.ts';
import { intervalMillis, LONGEST_THROTTLE_MILLIS, TURN_HORIZON_MILLIS } from '../webhook/turns.ts';
import type { Webhook } from '../webhook/webhook.ts';
import { LONGEST_LOOK_MILLIS } from './waiting.ts';

/** A line that a wrong clock has moved farther says nothing. */
const FARTHEST_MILLIS = LONGEST_THROTTLE_MILLIS + TURN_HORIZON_MILLIS;

/**
 * When the last of so many that wait is expected to go: their turns follow those that are taken. It is a guess, as new
 * findings join and refusals stretch the interval. Once the pace is gone each goes when it looks next; the change that took
 * the pace away cannot be later than the last one.
 */
export function expectedAt(
  pace: Pace | undefined,
  { turns = {}, updatedAt }: Pick<Webhook, 'turns' | 'updatedAt'>,
  waiting: number,
  nowMillis: number,
): number {
  if (pace === undefined) {
    return Math.max(nowMillis, updatedAt + LONGEST_LOOK_MILLIS);
  }
  const { nextTurnAt = 0 } = turns;
  const firstAt = Math.min(Math.max(nowMillis, nextTurnAt), nowMillis + FARTHEST_MILLIS);
  return firstAt + waiting * intervalMillis(pace, turns, nowMillis);
}
