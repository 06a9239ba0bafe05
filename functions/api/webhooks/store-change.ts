/**
 * The one way to change a webhook: read, decide, write under the revision, publish. A write whose response was lost comes
 * back as a conflict with itself, so a conflict is compared with what is stored before the request is refused.
 */
import type { WebhookChange } from '../../../shared/delivery/announcement.ts';
import { canonicalJson } from '../../../shared/runtime/canonical-json.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { Telemetry } from '../../../shared/runtime/telemetry.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { toWebhookAttributes } from '../../../shared/webhook/webhook-item.schema.ts';
import { updated, type WebhookUpdate } from '../../../shared/webhook/webhook-update.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse } from '../outcome.ts';

/** Who changes whose webhook. */
export interface Actor {
  readonly tenantId: TenantId;
  readonly name: string;
}

/** The revisions that If-Match names, one of which must be the stored one; undefined if any will do. */
export type ExpectedRevision = readonly number[] | undefined;

/** The webhook after a change. */
export interface Changed {
  readonly webhook: Webhook;
  /** A generated secret, which is shown only in this response. */
  readonly signingSecret?: string;
}

/** What a person's request comes to for the webhook as it was read. */
export type Decided = Outcome<WebhookUpdate | undefined>;

export interface PublishedChange {
  readonly change: WebhookChange;
  readonly fields: readonly string[];
}

export type ChangeDependencies = Pick<ApiDependencies, 'webhooks' | 'announcer' | 'clock'> & {
  readonly telemetry: Pick<Telemetry, 'fail'>;
};

/** Without If-Match a conflict with another change is a reason to decide again, not to refuse. */
const TRIES = 3;

export const OUTDATED: Refused = refuse(
  'revision-outdated',
  'The webhook has changed since you read it. Read it again and repeat your change.',
);

/** `decide` gives the update, or undefined if there is nothing to change. It is called again after each conflict. */
export async function storeChange(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  published: PublishedChange,
  decide: (webhook: Webhook) => Decided | Promise<Decided>,
): Promise<Outcome<Webhook>> {
  const { tenantId } = actor;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const before = await deps.webhooks.find(tenantId, webhookId);
    if (before === undefined) {
      return NO_SUCH_WEBHOOK;
    }
    if (isOutdated(expected, before)) {
      return OUTDATED;
    }
    const decided = await decide(before);
    if (decided.kind === 'refused') {
      return decided;
    }
    if (decided.value === undefined) {
      return done(before);
    }
    const after = updated(before, decided.value);
    const outcome = await deps.webhooks.update(tenantId, webhookId, decided.value);
    if (outcome === 'written' || (await isStored(deps, after))) {
      await publish(deps, actor, webhookId, published);
      return done(after);
    }
  }
  return refuse('changed-meanwhile', 'Others keep changing this webhook. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}

export function isOutdated(expected: ExpectedRevision, { revision }: Webhook): boolean {
  return expected !== undefined && !expected.includes(revision);
}

/** The change is made, whatever the bus says: an event that it does not take is logged. */
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

/** Everything that people write, and nothing that `send` writes. A map that DynamoDB gives back has another order than the one that was written. */
function settingsOf(webhook: Webhook): string {
  const { state: _state, health: _health, ...others } = webhook;
  const { retryTurnAt: _line, turns: _turns, explainedMillis: _explained, ...settings } = others;
  return canonicalJson(toWebhookAttributes(settings));
}
