/** What follows when a delivery has to wait for its turn, as a list of effects. No attempt is made, and none is used up. */

import { ABSENT } from '../runtime/condition.ts';
import type { Turn } from '../webhook/turns.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { DeliveryMessage, DeliveryRow } from './delivery.ts';
import type { Effect } from './effect.ts';
import type { TargetQueue } from './plan-deliveries.ts';
import { reopened, rowBefore } from './retry-cycle.ts';
import { spreadAt } from './retry-policy.ts';
import { idleAs, type RowChange } from './row-change.ts';

/** A delivery looks at its line again after a quarter of what it has waited, within these bounds. */
export const SHORTEST_LOOK_MILLIS = 120_000;
export const LONGEST_LOOK_MILLIS = 900_000;

/** The same attempt with its turn, by the queue that it came by: only a slow or failing webhook's changes queues. */
export function waitForTurnEffects(message: DeliveryMessage, queue: TargetQueue, turn: Turn): readonly Effect[] {
  return [{ kind: 'enqueue-later', queue, message: { ...message, turn }, dueAt: turn.at }];
}

/**
 * The same attempt without a turn, by the retry queue. The row is written first: what waits for hours without one would be
 * taken for lost.
 */
export function waitForReachEffects(
  row: DeliveryRow | undefined,
  { turn: _void, ...message }: DeliveryMessage,
  webhook: Webhook,
  nowMillis: number,
): readonly Effect[] {
  const change = noteWaiting(row, message, webhook, nowMillis);
  return [
    ...(change ? [{ kind: 'record', change, ifConflict: 'look-again' } as const] : []),
    ...(row?.waitingSince === undefined ? [{ kind: 'count', metric: 'delivery.waiting' } as const] : []),
    {
      kind: 'enqueue-retry',
      message: { ...message, sentOn: true },
      dueAt: nextLookAt(nowMillis - (row?.waitingSince ?? nowMillis), message, nowMillis),
    },
  ];
}

/** A delivery that waits for a turn is looked at again much sooner than this, and its row is written again in time. */
export const WAITING_RECONCILE_AFTER_MILLIS = 4 * 60 * 60 * 1000;
export const WAITING_NOTED_AGAIN_BEFORE_MILLIS = 60 * 60 * 1000;

/**
 * For a message whose turn is not within reach: without a row that says so, the reconciler would take it for lost. A failed
 * or held row opens with it, as with a claim. Undefined if the row says it well enough.
 */
export function noteWaiting(
  row: DeliveryRow | undefined,
  message: DeliveryMessage,
  { explainedMillis }: Pick<Webhook, 'explainedMillis'>,
  nowMillis: number,
): RowChange | undefined {
  const { waitingSince = nowMillis, reconcileAt = 0 } = row ?? {};
  const explainedBefore = row?.waitingSince === undefined ? explainedMillis : row.explainedBefore;
  if (row?.waitingSince !== undefined && reconcileAt >= nowMillis + WAITING_NOTED_AGAIN_BEFORE_MILLIS) {
    return undefined;
  }
  const before = row ?? rowBefore(message, nowMillis);
  const opened = before.status === 'pending' ? before : reopened(before, message.reopen ?? 'operator', nowMillis);
  return {
    row: {
      ...opened,
      waitingSince,
      ...(explainedBefore !== undefined && { explainedBefore }),
      reconcileAt: nowMillis + WAITING_RECONCILE_AFTER_MILLIS,
    },
    when: row === undefined ? ABSENT : idleAs(row, nowMillis),
  };
}

/** Earlier by up to a quarter: what came together does not look together. */
function nextLookAt(waitedMillis: number, message: DeliveryMessage, nowMillis: number): number {
  const pauseMillis = Math.min(LONGEST_LOOK_MILLIS, Math.max(SHORTEST_LOOK_MILLIS, waitedMillis / 4));
  return spreadAt(nowMillis + Math.ceil(0.75 * pauseMillis), message, pauseMillis / 4);
}

/**
 * Longer than two of the longest looks: a delivery that alone waits for a free turn sees it at its next look, and that is
 * not late.
 */
export const LATE_MILLIS = 2 * LONGEST_LOOK_MILLIS;

/**
 * How much longer a delivery has waited than the turns of others explain, each at the pace and not at the interval that
 * refusals stretch. It grows while the line stands still, whatever the cause, and it asks for no write of its own. Undefined
 * unless it waits.
 */
export function latenessMillis(
  row: DeliveryRow | undefined,
  { explainedMillis = 0 }: Webhook,
  nowMillis: number,
): number | undefined {
  if (row?.waitingSince === undefined) {
    return undefined;
  }
  return nowMillis - row.waitingSince - (explainedMillis - (row.explainedBefore ?? 0));
}
