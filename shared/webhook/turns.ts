/**
 * The turns that deliveries take to a webhook of a pace. A turn is an instant. The webhook's item keeps the next free one,
 * which may lie behind now by as many turns as may be taken at one moment. A refusal begins another line of turns.
 */
import { all, any, atMost, equals, missing } from '../runtime/condition.ts';
import type { Pace, Turns } from './pace.ts';
import type { TurnChange } from './retry-line.ts';
import type { WebhookUpdate } from './webhook-update.ts';

const MINUTE_MILLIS = 60_000;

/** A refusal makes turns rarer, at most by this factor. It is halved again with each minute that passes. */
export const MOST_STRETCHED = 4;

/** The time between two turns now. */
export function intervalMillis({ paceMillis }: Pace, turns: Turns, nowMillis: number): number {
  const { paceMillis: stretched = 0, throttledUntil = 0 } = turns;
  const minutes = Math.max(0, Math.floor((nowMillis - throttledUntil) / MINUTE_MILLIS));
  return Math.max(paceMillis, Math.min(MOST_STRETCHED * paceMillis, Math.ceil(stretched / 2 ** minutes)));
}

/** A turn that a delivery holds. It is void under another line than that which is in force. */
export interface Turn {
  readonly at: number;
  readonly line: number;
}

/** Which line is in force: the one that the latest refusal has begun, or the first. */
export function lineOf({ throttledUntil = 0 }: Turns): number {
  return throttledUntil;
}

/**
 * No turn is farther ahead. So a webhook that is paused, or whose pace changes, leaves at most this much of its line
 * unused, and what comes after it does not wait for turns that nothing takes.
 */
export const TURN_HORIZON_MILLIS = 120_000;

/** Clocks of two workers differ. A turn beyond this is the work of a wrong one. */
const FARTHEST_TURN_MILLIS = TURN_HORIZON_MILLIS + 5_000;

/** What a delivery may do with the turn that it holds, if it holds any. */
export type HeldTurn = 'now' | 'later' | 'void';

export function heldTurn(turn: Turn | undefined, turns: Turns, nowMillis: number): HeldTurn {
  if (turn === undefined || turn.line !== lineOf(turns) || turn.at > nowMillis + FARTHEST_TURN_MILLIS) {
    return 'void';
  }
  return turn.at <= nowMillis ? 'now' : 'later';
}

/** Several turns that are asked for at once. */
export interface Reservation {
  /** How many there are within the horizon, of those that were wanted. */
  readonly count: number;
  readonly intervalMillis: number;
  readonly line: number;
  /** What to try, in this order. None succeeds if the webhook has changed since it was read. */
  readonly changes: readonly TurnChange[];
}

/** Undefined if the line is full: its next turn is beyond the horizon. */
export function reserve(pace: Pace, turns: Turns, wanted: number, nowMillis: number): Reservation | undefined {
  const interval = intervalMillis(pace, turns, nowMillis);
  const { nextTurnAt, throttledUntil } = turns;
  // Turns that were not used go on counting, but no more of them than may be taken at one moment.
  const earliest = nowMillis - (pace.burst - 1) * interval;
  const isWrong = nextTurnAt !== undefined && nextTurnAt > nowMillis + LONGEST_THROTTLE_MILLIS + TURN_HORIZON_MILLIS;
  const isRunning = nextTurnAt !== undefined && nextTurnAt > earliest && !isWrong;
  const first = isRunning ? nextTurnAt : earliest;
  const latest = nowMillis + TURN_HORIZON_MILLIS - 1;
  const count = Math.min(wanted, Math.floor((latest - first) / interval) + 1);
  if (count <= 0) {
    return undefined;
  }
  const gapMillis = count * interval;
  const explainedMillis = count * pace.paceMillis;
  const isSameLine =
    throttledUntil === undefined ? missing('throttledUntil') : equals('throttledUntil', throttledUntil);
  const isOver = isWrong ? equals('nextTurnAt', nextTurnAt) : atMost('nextTurnAt', earliest);
  const begin: TurnChange = {
    end: 'nextTurnAt',
    to: { kind: 'begin', endAt: earliest + gapMillis },
    gapMillis,
    explainedMillis,
    when: all(isSameLine, any(missing('nextTurnAt'), isOver)),
  };
  const join: TurnChange = {
    end: 'nextTurnAt',
    to: { kind: 'join' },
    gapMillis,
    explainedMillis,
    when: all(isSameLine, atMost('nextTurnAt', latest - gapMillis + interval)),
  };
  return {
    count,
    intervalMillis: interval,
    line: lineOf(turns),
    changes: isRunning ? [join] : [begin, join],
  };
}

/** The turns of a reservation whose first is at `firstAt`. What lies behind is now. */
export function turnsFrom(
  { count, intervalMillis: interval, line }: Reservation,
  firstAt: number,
  nowMillis: number,
): readonly Turn[] {
  return Array.from({ length: count }, (_, index) => ({ at: Math.max(nowMillis, firstAt + index * interval), line }));
}

/** A receiver that asks for more time than this is asked again after it. */
export const LONGEST_THROTTLE_MILLIS = 15 * MINUTE_MILLIS;

/**
 * What a refusal changes: the next turn waits as the receiver asks, turns become rarer, and those that are held are void.
 * Only under the line of the attempt: what was sent before an earlier refusal says nothing about the pace since. Undefined
 * for a budget, which has no interval to stretch.
 */
export function throttle(
  pace: Pace,
  turns: Turns,
  line: number,
  askedMillis: number,
  nowMillis: number,
): WebhookUpdate | undefined {
  if (pace.burst > 1) {
    return undefined;
  }
  const interval = intervalMillis(pace, turns, nowMillis);
  const until = nowMillis + Math.max(interval, Math.min(askedMillis, LONGEST_THROTTLE_MILLIS));
  return {
    set: {
      turns: {
        nextTurnAt: until,
        throttledUntil: until,
        paceMillis: Math.min(MOST_STRETCHED * pace.paceMillis, 2 * interval),
      },
    },
    when: line === 0 ? missing('throttledUntil') : equals('throttledUntil', line),
  };
}
