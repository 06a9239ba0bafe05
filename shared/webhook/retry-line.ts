/**
 * The line of deliveries that a receiver has refused: each takes a turn of its own, so that they do not meet again at one
 * moment. The line is one instant on the webhook, its end, which only ever moves ahead.
 */

import type { Condition } from '../runtime/condition.ts';
import { any, atMost, missing } from '../runtime/condition.ts';
import type { Webhook } from './webhook.ts';
import type { WebhookFields } from './webhook-update.ts';

/** A turn is asked for: not before `dueAt`, and the next one `gapMillis` later. */
export interface TurnRequest {
  readonly dueAt: number;
  readonly gapMillis: number;
}

/** One write of a line's end. */
export interface TurnChange {
  /** Of which line: that of refused deliveries, or that of a pace (`pace.ts`). */
  readonly end: 'retryTurnAt' | 'nextTurnAt';
  /** Begins a line: its end is then this instant. Joins one: the store itself adds to its end. */
  readonly to: { readonly kind: 'begin'; readonly endAt: number } | { readonly kind: 'join' };
  readonly gapMillis: number;
  /** What the turns account for at the pace; absent without one. The store adds it to what it has. */
  readonly explainedMillis?: number;
  readonly when: Condition<WebhookFields>;
}

/** What would wait longer than this beyond its own time does not queue up: the line would outlast its deliveries. */
export const LONGEST_LINE_MILLIS = 30 * 60 * 1000;

/**
 * What to try, in this order. A line whose end lies beyond `dueAt` stays there, so what fails to begin one may join it.
 * None succeeds if the line is too long, or the webhook deleted.
 */
export function turnChanges({ retryTurnAt }: Webhook, { dueAt, gapMillis }: TurnRequest): readonly TurnChange[] {
  const begin: TurnChange = {
    end: 'retryTurnAt',
    to: { kind: 'begin', endAt: dueAt + gapMillis },
    gapMillis,
    when: any(missing('retryTurnAt'), atMost('retryTurnAt', dueAt)),
  };
  const join: TurnChange = {
    end: 'retryTurnAt',
    to: { kind: 'join' },
    gapMillis,
    when: atMost('retryTurnAt', dueAt + LONGEST_LINE_MILLIS),
  };
  return retryTurnAt !== undefined && retryTurnAt > dueAt ? [join] : [begin, join];
}
