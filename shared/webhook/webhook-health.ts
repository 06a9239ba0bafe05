/**
 * The health of a webhook: what an attempt does to it, when a webhook is failing, and when it is disabled. The store and
 * `send` go by the same rule, as one noted event changes both what is stored and what a batch knows.
 */
import { any, atMost, differs, has, holds, missing } from '../runtime/condition.ts';
import type { WebhookHealth } from './webhook.ts';
import { changedHealth, type HealthChange, type HealthCount, type WebhookUpdate } from './webhook-update.ts';

/** After five failed attempts in a row, first attempts go to the retry queue, out of the way of other webhooks. */
export const FAILING_AFTER = 5;

/** A quick receiver answers within 400 ms. One that takes a second holds up the batches of all others. */
export const SLOW_AFTER_MILLIS = 1_000;

/** A webhook that stays slow costs one write in this time. */
export const SLOW_NOTED_EVERY_MILLIS = 5 * 60 * 1000;

/** Longer than the pause between two notes: while slow attempts go on, a quick one among them changes nothing. */
export const QUICK_AFTER_MILLIS = 10 * 60 * 1000;

/** The count that auto-disable asks for. A higher count would be a write without a reader. */
export const EXHAUSTED_COUNT_LIMIT = 20;

/** A receiver may be down over a long weekend without losing its webhook. */
export const AUTO_DISABLE_AFTER_MILLIS = 72 * 60 * 60 * 1000;

/** `slow`: an attempt has lasted `SLOW_AFTER_MILLIS`, whatever comes of it. `quick`: one has ended before that. */
export type HealthEvent = 'succeeded' | 'attempt-failed' | 'exhausted' | 'slow' | 'quick';

/** What an event does to the health: the one rule, for the store and for `healthAfter`. */
export function noteHealth(event: HealthEvent, nowMillis: number): WebhookUpdate & { readonly health: HealthChange } {
  switch (event) {
    case 'succeeded':
      return { health: { kind: 'reset' }, when: UNHEALTHY };
    case 'attempt-failed':
      return { health: { kind: 'count', field: 'failuresInARow' }, when: isBelow('failuresInARow', FAILING_AFTER) };
    case 'exhausted':
      return {
        health: { kind: 'count', field: 'exhaustedCount', failingSince: nowMillis },
        when: isBelow('exhaustedCount', EXHAUSTED_COUNT_LIMIT),
      };
    case 'slow':
      return {
        health: { kind: 'pace', slowAt: nowMillis },
        when: any(missing('slowAt'), atMost('slowAt', nowMillis - SLOW_NOTED_EVERY_MILLIS)),
      };
    case 'quick':
      return { health: { kind: 'pace', slowAt: undefined }, when: atMost('slowAt', nowMillis - QUICK_AFTER_MILLIS) };
  }
}

/** The same object comes back if nothing changes: the caller then writes nothing. */
export function healthAfter(health: WebhookHealth, event: HealthEvent, nowMillis: number): WebhookHealth {
  const { health: change, when } = noteHealth(event, nowMillis);
  return holds(when, health) ? changedHealth(health, change) : health;
}

/** Two signs together: nothing succeeded for 72 h, and at least 20 deliveries were exhausted since. */
export function shouldAutoDisable(health: WebhookHealth, nowMillis: number): boolean {
  return (
    health.failingSince !== undefined &&
    nowMillis - health.failingSince >= AUTO_DISABLE_AFTER_MILLIS &&
    health.exhaustedCount >= EXHAUSTED_COUNT_LIMIT
  );
}

export function isFailing(health: WebhookHealth): boolean {
  return health.failuresInARow >= FAILING_AFTER;
}

/** It never lapses by itself: only a quick attempt shows that the receiver is quick again. */
export function isSlow(health: WebhookHealth): boolean {
  return health.slowAt !== undefined;
}

const UNHEALTHY = any(differs('failuresInARow', 0), differs('exhaustedCount', 0), has('failingSince'));

/** An item of an older version may lack the count, which then is 0. */
function isBelow(count: HealthCount, bound: number) {
  return any(missing(count), atMost(count, bound - 1));
}
