/**
 * Every change of a connected webhook by a person, and its disabling by the sender. Each is a pure value: what is written
 * and under which condition. A change that changes nothing is undefined.
 */
import { all, equals } from '../runtime/condition.ts';
import type { WebhookId } from '../runtime/ids.ts';
import { type AlertRule, isSameRule } from './alert-rule.ts';
import { isUnverified } from './challenge.ts';
import type { DigestChoice, FirstSync } from './digest-choice.ts';
import type { WebhookOauth } from './oauth.ts';
import type { ChosenPace } from './pace.ts';
import { changedPull, type PullChoice } from './pull.ts';
import {
  type Change,
  contentsOf,
  type DisableReason,
  type SecretReference,
  type Webhook,
  type WebhookSecret,
  type WebhookState,
} from './webhook.ts';
import type { WebhookUpdate } from './webhook-update.ts';

export type Settings = Partial<
  Pick<Webhook, 'name' | 'url' | 'payloadVersion' | 'events'> & {
    readonly options: Webhook['format']['options'];
    /** `none` is the way back to what the vendor publishes. */
    readonly pace: ChosenPace | 'none';
    /** `none` is the way back to one message for each finding. */
    readonly digest: DigestChoice | 'none';
    /** `all` sends them as all others. */
    readonly firstSync: FirstSync | 'all';
    readonly noticesTo: WebhookId | 'none';
    readonly oauth: WebhookOauth | 'none';
    /** Whether the address must answer a challenge. */
    readonly challenge: boolean;
    readonly pull: PullChoice | 'none';
  }
>;

/** A value that is stored already, as a version of its own. */
export interface StoredSecret {
  readonly reference: SecretReference;
  readonly value: WebhookSecret;
}

/** The format stays: its credentials and options would mean nothing to another. */
export function changeSettings(
  webhook: Webhook,
  { options, pace, digest, firstSync, noticesTo, oauth, challenge, pull, ...settings }: Settings,
  change: Change,
  secret?: StoredSecret,
): WebhookUpdate {
  return byPerson(
    webhook,
    {
      ...settings,
      ...(options && { format: { ...webhook.format, options } }),
      ...(pace && { pace: pace === 'none' ? undefined : pace }),
      ...(digest && { digest: digest === 'none' ? undefined : digest }),
      ...(firstSync && { firstSync: firstSync === 'all' ? undefined : firstSync }),
      ...(noticesTo && { noticesTo: noticesTo === 'none' ? undefined : noticesTo }),
      ...(oauth && { oauth: oauth === 'none' ? undefined : oauth }),
      ...challengeParts(webhook, settings.url, challenge, change),
      ...(pull && { pull: pull === 'none' ? undefined : changedPull(webhook.pull, pull, change.at) }),
      // What a receiver refused says nothing about another, and turns of one pace are too close for a slower.
      ...((pace !== undefined || settings.url !== undefined) && { turns: undefined }),
      ...(secret && secretParts(secret)),
    },
    change,
  );
}

/** What the receiver of one URL has answered says nothing of another: alerts go off until that has, too. */
function challengeParts(
  webhook: Webhook,
  url = webhook.url,
  isAsked = webhook.challenge !== undefined,
  { at }: Change,
): Pick<NonNullable<WebhookUpdate['set']>, 'challenge' | 'alerts' | 'alertsSince'> {
  const challenge = isAsked ? (webhook.challenge ?? {}) : undefined;
  const goesOff = webhook.alerts.enabled && isUnverified({ url, ...(challenge && { challenge }) });
  return {
    ...(challenge !== webhook.challenge && { challenge }),
    ...(goesOff && { alerts: { ...webhook.alerts, enabled: false }, alertsSince: at }),
  };
}

/** Its address has answered a challenge. */
export function verifyAddress(webhook: Webhook, change: Change): WebhookUpdate {
  return byPerson(webhook, { challenge: { verified: { url: webhook.url, at: change.at } } }, change);
}

export function changeAlerts(webhook: Webhook, alerts: AlertRule, change: Change): WebhookUpdate | undefined {
  return isSameRule(alerts, webhook.alerts) ? undefined : byPerson(webhook, { alerts, alertsSince: change.at }, change);
}

export function changeSecret(webhook: Webhook, secret: StoredSecret, change: Change): WebhookUpdate {
  return byPerson(webhook, secretParts(secret), change);
}

/** Findings that match meanwhile are not kept. A disabled webhook stays disabled. */
export function pauseWebhook(webhook: Webhook, change: Change): WebhookUpdate | undefined {
  return webhook.state.kind === 'enabled' ? stateByPerson(webhook, { kind: 'paused' }, change) : undefined;
}

/** Findings that match meanwhile are held. Also of a paused webhook, whose findings are not kept. */
export function disableByPerson(webhook: Webhook, change: Change): WebhookUpdate | undefined {
  return webhook.state.kind === 'disabled' ? undefined : stateByPerson(webhook, { kind: 'disabled' }, change);
}

/** Also the way out of `disabled`. The health is reset, or the next failure would disable the webhook again. */
export function resumeWebhook(webhook: Webhook, change: Change): WebhookUpdate | undefined {
  return webhook.state.kind === 'enabled'
    ? undefined
    : { ...stateByPerson(webhook, { kind: 'enabled' }, change), health: { kind: 'reset' } };
}

/** By the sender, so the revision stays. Only from enabled: what a person decided meanwhile stays too. */
export function disableWebhook(reason: Exclude<DisableReason, 'requested'>): WebhookUpdate {
  return { set: { state: { kind: 'disabled', reason } }, when: equals('state', 'enabled') };
}

/**
 * The same at the request of a receiver, which counts for the webhook as it was sent to. A response that comes after a change by
 * a person, such as another URL or a resumption, asks in vain; its receiver may ask again.
 */
export function disableOnRequest({ revision }: Webhook): WebhookUpdate {
  return {
    set: { state: { kind: 'disabled', reason: 'requested' } },
    when: all(equals('state', 'enabled'), equals('revision', revision)),
  };
}

function secretParts({ reference, value }: StoredSecret) {
  return { secret: reference, secretContents: contentsOf(value) };
}

/** The revision is the lock of people's changes: each is made only of what was read, and raises it. */
function byPerson(
  webhook: Webhook,
  set: WebhookUpdate['set'],
  { by, at }: Change,
): Required<Pick<WebhookUpdate, 'set' | 'when'>> {
  return {
    set: { ...set, revision: webhook.revision + 1, updatedAt: at, updatedBy: by },
    when: equals('revision', webhook.revision),
  };
}

/** The sender changes the state too, and without a new revision. */
function stateByPerson(webhook: Webhook, state: WebhookState, change: Change): WebhookUpdate {
  const { set, when } = byPerson(webhook, { state }, change);
  return { set, when: all(when, equals('state', webhook.state.kind)) };
}
