/** Changes the state of a connected webhook: its alert rule, paused or disabled or not, deleted. */
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import { ALERT_LISTS, type AlertRule } from '../../../shared/webhook/alert-rule.ts';
import { isUnverified } from '../../../shared/webhook/challenge.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { changeAlerts, disableByPerson, pauseWebhook, resumeWebhook } from '../../../shared/webhook/webhook-changes.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, refuse } from '../outcome.ts';
import {
  type Actor,
  type ChangeDependencies,
  type ExpectedRevision,
  isOutdated,
  OUTDATED,
  publish,
  storeChange,
} from './store-change.ts';

export function setAlerts(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  alerts: AlertRule,
): Promise<Outcome<Webhook>> {
  const published = { change: 'alerts', fields: ['enabled', 'minSeverity', ...ALERT_LISTS] } as const;
  return storeChange(deps, actor, webhookId, expected, published, (webhook) => {
    return alerts.enabled && isUnverified(webhook)
      ? refuse('address-unverified', 'Verify the address first: POST …/challenge.')
      : done(changeAlerts(webhook, alerts, { by: actor.name, at: deps.clock.now() }));
  });
}

export function pause(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  return storeChange(deps, actor, webhookId, expected, { change: 'paused', fields: ['state'] }, (webhook) =>
    webhook.state.kind === 'disabled'
      ? refuse('webhook-not-enabled', 'The webhook is disabled: nothing is sent anyway, and its findings are held.')
      : done(pauseWebhook(webhook, { by: actor.name, at: deps.clock.now() })),
  );
}

/** By an operator: tenants pause. */
export function disable(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  return storeChange(deps, actor, webhookId, expected, { change: 'disabled', fields: ['state'] }, (webhook) =>
    done(disableByPerson(webhook, { by: actor.name, at: deps.clock.now() })),
  );
}

export function resume(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  return storeChange(deps, actor, webhookId, expected, { change: 'resumed', fields: ['state'] }, (webhook) =>
    done(resumeWebhook(webhook, { by: actor.name, at: deps.clock.now() })),
  );
}

/**
 * The item first, then its secret: an item must never name a secret that is gone. A repeated deletion removes the secret
 * that an interrupted one left behind.
 */
export async function deleteWebhook(
  deps: ChangeDependencies & Pick<ApiDependencies, 'secrets'>,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<'deleted'>> {
  const { tenantId } = actor;
  const webhook = await deps.webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return (await deps.secrets.remove(tenantId, webhookId)) ? done('deleted') : NO_SUCH_WEBHOOK;
  }
  if (isOutdated(expected, webhook)) {
    return OUTDATED;
  }
  const isRemoved =
    (await deps.webhooks.remove(tenantId, webhook)) === 'written' ||
    (await deps.webhooks.find(tenantId, webhookId)) === undefined;
  if (!isRemoved) {
    return OUTDATED;
  }
  await publish(deps, actor, webhookId, { change: 'deleted', fields: [] });
  await deps.secrets.remove(tenantId, webhookId);
  return done('deleted');
}
