/**
 * The one way to change a webhook: read, decide, write under the revision, tell. A write whose answer was lost comes back
 * as a conflict with itself, so after a conflict the stored webhook is looked at before anybody is refused.
 */
import type { WebhookChange } from '../../../shared/delivery/announcement.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { Telemetry } from '../../../shared/runtime/telemetry.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse } from '../outcome.ts';

/** Who changes whose webhook. */
export interface Actor {
  readonly tenantId: TenantId;
  readonly name: string;
}

/** What the caller read before deciding, by If-Match; undefined if it does not care. */
export type ExpectedRevision = number | undefined;

/** The webhook after a change. */
export interface Changed {
  readonly webhook: Webhook;
  /** One that was generated, to be shown this once. */
  readonly signingSecret?: string;
}

export interface PublishedChange {
  readonly change: WebhookChange;
  readonly fields: readonly string[];
}

export type ChangeDependencies = Pick<ApiDependencies, 'webhooks' | 'announcer' | 'clock'> & {
  readonly telemetry: Pick<Telemetry, 'fail'>;
};

/** Without If-Match somebody else's change in between is no reason to refuse, but to look again. */
const TRIES = 3;

export const OUTDATED: Refused = refuse(
  'revision-outdated',
  'Somebody has changed the webhook since you read it. Read it again and repeat your change.',
);

/**
 * `decide` gives the webhook as it shall be, or the very same object if there is nothing to change. It is called again
 * after each conflict.
 */
export async function storeChange(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  published: PublishedChange,
  decide: (webhook: Webhook) => Outcome<Webhook> | Promise<Outcome<Webhook>>,
): Promise<Outcome<Webhook>> {
  const { tenantId } = actor;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const before = await deps.webhooks.find(tenantId, webhookId);
    if (before === undefined) {
      return NO_SUCH_WEBHOOK;
    }
    if (expected !== undefined && expected !== before.revision) {
      return OUTDATED;
    }
    const decided = await decide(before);
    if (decided.kind === 'refused' || decided.value === before) {
      return decided;
    }
    const after = decided.value;
    if ((await deps.webhooks.replace(tenantId, before, after)) === 'written' || (await isStored(deps, after))) {
      await publish(deps, actor, webhookId, published);
      return done(after);
    }
  }
  return refuse('changed-meanwhile', 'Others keep changing this webhook. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}

/** The change is made, whatever the bus says: what cannot be told is logged. */
export async function publish(
  { announcer, telemetry, clock }: Omit<ChangeDependencies, 'webhooks'>,
  { tenantId, name }: Actor,
  webhookId: WebhookId,
  { change, fields }: PublishedChange,
): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  try {
    await announcer.announce(tenantId, { kind: 'webhook-changed', webhookId, change, fields, by: name, at });
  } catch (error) {
    telemetry.fail('change.unpublished', { tenantId, webhookId, change, by: name }, error);
  }
}

async function isStored({ webhooks }: Pick<ApiDependencies, 'webhooks'>, after: Webhook): Promise<boolean> {
  const stored = await webhooks.find(after.tenantId, after.webhookId);
  return stored !== undefined && settingsOf(stored) === settingsOf(after);
}

/** Everything that people write; the sender's notes may have moved on. */
function settingsOf({ health: _health, state: _state, ...settings }: Webhook): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}
