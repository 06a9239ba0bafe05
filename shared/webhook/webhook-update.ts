/**
 * An update of a stored webhook, as data, and its meaning in memory. `webhook-store.dynamo.ts` translates it; which updates
 * there are is decided in `webhook-changes.ts` and `webhook-health.ts`.
 */
import { type Condition, holds } from '../runtime/condition.ts';
import { HEALTHY, type Webhook, type WebhookHealth, type WebhookState } from './webhook.ts';

/** What a condition may ask of a stored webhook. Its item has these fields under the same names. */
export interface WebhookFields extends WebhookHealth {
  readonly revision: number;
  readonly state: WebhookState['kind'];
  readonly retryTurnAt?: number;
  readonly nextTurnAt?: number;
  readonly throttledUntil?: number;
}

/**
 * One change of a stored webhook: what is written, and under which condition. A part that is not named stays as it is
 * stored, because people and the sender change different parts at the same time. The store checks and writes in one step.
 */
export interface WebhookUpdate {
  readonly set?: Partial<Omit<Webhook, 'tenantId' | 'webhookId' | 'createdAt' | 'health' | RemovablePart>> & Removals;
  readonly health?: HealthChange;
  readonly when: Condition<WebhookFields>;
}

/** What a change may also take away. */
export type RemovablePart = 'pace' | 'digest' | 'firstSync' | 'turns' | 'noticesTo' | 'oauth' | 'challenge' | 'pull';

/** A part to take away is named, and undefined. */
export type Removals = { readonly [Part in RemovablePart]?: Webhook[Part] | undefined };

export type HealthCount = 'failuresInARow' | 'exhaustedCount';

export type HealthChange =
  | { readonly kind: 'reset' }
  /** The store itself adds one: two workers at once count two. An earlier `failingSince` stays. */
  | { readonly kind: 'count'; readonly field: HealthCount; readonly failingSince?: number }
  /** Of `slowAt` alone. Undefined takes it away. */
  | { readonly kind: 'pace'; readonly slowAt: number | undefined };

/** The webhook after an update whose condition holds. */
export function updated(webhook: Webhook, { set, health }: WebhookUpdate): Webhook {
  const { pace, digest, firstSync, turns, noticesTo, oauth, challenge, pull, ...parts } = { ...webhook, ...set };
  return {
    ...parts,
    ...(pace && { pace }),
    ...(digest && { digest }),
    ...(firstSync && { firstSync }),
    ...(turns && { turns }),
    ...(noticesTo && { noticesTo }),
    ...(oauth && { oauth }),
    ...(challenge && { challenge }),
    ...(pull && { pull }),
    health: health ? changedHealth(webhook.health, health) : webhook.health,
  };
}

/** What an update makes of what is stored. Undefined if its condition does not hold, or if the webhook is deleted. */
export function applyUpdate(stored: Webhook | undefined, update: WebhookUpdate): Webhook | undefined {
  if (stored === undefined) {
    return undefined;
  }
  const { revision, state, health, retryTurnAt, turns: { nextTurnAt, throttledUntil } = {} } = stored;
  const fields: WebhookFields = {
    revision,
    state: state.kind,
    ...health,
    ...(retryTurnAt !== undefined && { retryTurnAt }),
    ...(nextTurnAt !== undefined && { nextTurnAt }),
    ...(throttledUntil !== undefined && { throttledUntil }),
  };
  return holds(update.when, fields) ? updated(stored, update) : undefined;
}

export function changedHealth(health: WebhookHealth, change: HealthChange): WebhookHealth {
  switch (change.kind) {
    case 'reset':
      return withPace(HEALTHY, health.slowAt);
    case 'count': {
      const { field, failingSince } = change;
      return { ...(failingSince !== undefined && { failingSince }), ...health, [field]: health[field] + 1 };
    }
    case 'pace':
      return withPace(health, change.slowAt);
  }
}

function withPace({ slowAt: _before, ...health }: WebhookHealth, slowAt: number | undefined): WebhookHealth {
  return { ...health, ...(slowAt !== undefined && { slowAt }) };
}
