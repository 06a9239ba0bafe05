/**
 * A tenant's configured destination and every change that may happen to it, as pure functions: who calls them (API,
 * seed script, sender) and how the result is stored is not known here.
 */

import type { SeverityLevel } from '../finding/severity.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { SigningSecrets } from './signing-secrets.ts';

export interface AlertRule {
  readonly enabled: boolean;
  readonly minSeverity: SeverityLevel;
}

/** Kept by the sender, beside the tenant's settings; a change here never touches `revision`. */
export interface WebhookHealth {
  /** Failed attempts since the last success, counted up to `FAILING_AFTER`. */
  readonly failuresInARow: number;
  /** When a delivery was first exhausted since the last success, epoch milliseconds. */
  readonly failingSince?: number;
  /** Deliveries exhausted since then, counted up to `EXHAUSTED_COUNT_LIMIT`. */
  readonly exhaustedCount: number;
}

export type WebhookState =
  | { readonly kind: 'enabled' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'disabled'; readonly reason: DisableReason };

/** `gone`: the receiver answered 410. `failing`: nothing succeeded for days. */
export type DisableReason = 'gone' | 'failing';

export interface Webhook {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly name: string;
  /** Where to; only the origin if the format says that the URL is itself a credential (the whole is in the secret). */
  readonly url: string;
  readonly format: { readonly id: string; readonly options: Readonly<Record<string, string>> };
  readonly alerts: AlertRule;
  readonly state: WebhookState;
  /** Names the exact secret value to use, so that a rotation acts at once and a value may be cached for ever. */
  readonly secret?: SecretReference;
  /** What that value holds; absent without a secret. */
  readonly secretContents?: SecretContents;
  /** Grows with every change by a person: the optimistic lock of their writes. */
  readonly revision: number;
  readonly health: WebhookHealth;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface SecretReference {
  readonly arn: string;
  readonly versionId: string;
}

/** What a secret holds, told without any of it: enough for the card, and to know what another destination needs anew. */
export interface SecretContents {
  readonly isSigned: boolean;
  /** Until when each of the earlier secrets signs too, newest first, epoch milliseconds. */
  readonly previousUntil?: readonly number[];
  /** How many headers of its own the webhook has. Their names stay secret as well. */
  readonly customHeaders: number;
  /** Names of the format's credentials. */
  readonly credentials: readonly string[];
}

/** The value behind a `SecretReference`. `url` is set where the URL is itself a credential. */
export interface WebhookSecret {
  readonly signing?: SigningSecrets;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly url?: string;
}

/** Five failed attempts in a row: from then on first attempts go to the retry lane, out of the way of the others. */
export const FAILING_AFTER = 5;

/** The count that auto-disable asks for; counting further would be a write that nobody reads. */
export const EXHAUSTED_COUNT_LIMIT = 20;

/** A receiver may be down over a long weekend without losing its webhook. */
export const AUTO_DISABLE_AFTER_MILLIS = 72 * 60 * 60 * 1000;

const HEALTHY: WebhookHealth = { failuresInARow: 0, exhaustedCount: 0 };

/** Who changes a webhook, and when (epoch milliseconds). */
export interface Change {
  readonly by: string;
  readonly at: number;
}

export interface NewWebhook {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly name: string;
  readonly url: string;
  readonly format: Webhook['format'];
  /** What the alert rule begins with; the format's proposal. */
  readonly minSeverity?: SeverityLevel;
}

/** A fresh webhook has its alerts off: nothing is sent before somebody turns them on. */
export function connectWebhook({ minSeverity = 'high', ...settings }: NewWebhook, change: Change): Webhook {
  return {
    ...settings,
    alerts: { enabled: false, minSeverity },
    state: { kind: 'enabled' },
    revision: 1,
    health: HEALTHY,
    createdAt: change.at,
    updatedAt: change.at,
    updatedBy: change.by,
  };
}

export type Settings = Partial<Pick<Webhook, 'name' | 'url'> & { readonly options: Webhook['format']['options'] }>;

/** The format stays: its credentials and options would mean nothing to another. */
export function changeSettings(webhook: Webhook, { options, ...settings }: Settings, change: Change): Webhook {
  const format = options === undefined ? webhook.format : { ...webhook.format, options };
  return changed({ ...webhook, ...settings, format }, change);
}

export function changeAlerts(webhook: Webhook, alerts: AlertRule, change: Change): Webhook {
  return changed({ ...webhook, alerts }, change);
}

/** Pausing is the tenant's own wish: findings meanwhile are not kept. A webhook that is disabled stays so. */
export function pauseWebhook(webhook: Webhook, change: Change): Webhook {
  return webhook.state.kind === 'enabled' ? changed({ ...webhook, state: { kind: 'paused' } }, change) : webhook;
}

/** Also the way out of `disabled`; the health starts afresh, or the next failure would disable it again. */
export function resumeWebhook(webhook: Webhook, change: Change): Webhook {
  return webhook.state.kind === 'enabled'
    ? webhook
    : changed({ ...webhook, state: { kind: 'enabled' }, health: HEALTHY }, change);
}

/** By the sender, not by a person, so the revision stays. */
export function disableWebhook(webhook: Webhook, reason: DisableReason): Webhook {
  return webhook.state.kind === 'enabled' ? { ...webhook, state: { kind: 'disabled', reason } } : webhook;
}

/** After the value was stored as a version of its own; part of the change that brought it about, so no revision of its own. */
export function useSecret(webhook: Webhook, reference: SecretReference, value: WebhookSecret): Webhook {
  return { ...webhook, secret: reference, secretContents: contentsOf(value) };
}

export function contentsOf({ signing, headers = {}, credentials = {} }: WebhookSecret): SecretContents {
  return {
    isSigned: signing !== undefined,
    ...(signing?.previous && { previousUntil: signing.previous.map(({ until }) => until) }),
    customHeaders: Object.keys(headers).length,
    credentials: Object.keys(credentials).sort(),
  };
}

/** Another value for the secret is a change of its own if nothing else changes with it. */
export function changeSecret(
  webhook: Webhook,
  reference: SecretReference,
  value: WebhookSecret,
  change: Change,
): Webhook {
  return changed(useSecret(webhook, reference, value), change);
}

/** What another destination must not get without somebody giving it again: an editor could have it sent to himself. */
export function heldBack({ secretContents: contents }: Webhook): readonly ('secret' | 'headers' | 'credentials')[] {
  return [
    ...(contents?.isSigned ? (['secret'] as const) : []),
    ...(contents !== undefined && contents.customHeaders > 0 ? (['headers'] as const) : []),
    ...(contents !== undefined && contents.credentials.length > 0 ? (['credentials'] as const) : []),
  ];
}

export type HealthEvent = 'succeeded' | 'attempt-failed' | 'exhausted';

/** The same object comes back if nothing changed: the caller then writes nothing. */
export function healthAfter(health: WebhookHealth, event: HealthEvent, nowMillis: number): WebhookHealth {
  switch (event) {
    case 'succeeded':
      return isHealthy(health) ? health : HEALTHY;
    case 'attempt-failed':
      return health.failuresInARow >= FAILING_AFTER ? health : { ...health, failuresInARow: health.failuresInARow + 1 };
    case 'exhausted':
      return health.exhaustedCount >= EXHAUSTED_COUNT_LIMIT
        ? health
        : {
            ...health,
            failingSince: health.failingSince ?? nowMillis,
            exhaustedCount: health.exhaustedCount + 1,
          };
  }
}

/** By time and by density: nothing succeeded for 72 h, and at least 20 deliveries were exhausted since. */
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

function isHealthy(health: WebhookHealth): boolean {
  return health.failuresInARow === 0 && health.exhaustedCount === 0 && health.failingSince === undefined;
}

function changed(webhook: Webhook, change: Change): Webhook {
  return { ...webhook, revision: webhook.revision + 1, updatedAt: change.at, updatedBy: change.by };
}
