/**
 * A tenant's configured destination: its settings, its state and what its secret holds. What may change it stands in
 * `webhook-changes.ts`, the rules of its health in `webhook-health.ts`.
 */

import type { SeverityLevel } from '../finding/severity.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { AlertRule } from './alert-rule.ts';
import type { Challenge } from './challenge.ts';
import type { LaterEvent } from './chosen-events.ts';
import type { DigestChoice, FirstSync } from './digest-choice.ts';
import type { WebhookOauth } from './oauth.ts';
import type { ChosenPace, Turns } from './pace.ts';
import type { PayloadVersion } from './payload-version.ts';
import type { PublicKey } from './public-keys.ts';
import { newPull, type Pull, type PullChoice } from './pull.ts';
import { publicKeysOf } from './signing-keys.ts';
import type { SigningSecrets } from './signing-secrets.ts';

/** The sender keeps it beside the tenant's settings. A change here never touches `revision`. */
export interface WebhookHealth {
  /** Failed attempts since the last success, counted up to `FAILING_AFTER`. */
  readonly failuresInARow: number;
  /** When a delivery was first exhausted since the last success, epoch milliseconds. */
  readonly failingSince?: number;
  /** Deliveries exhausted since then, counted up to `EXHAUSTED_COUNT_LIMIT`. */
  readonly exhaustedCount: number;
  /** When an attempt was last noted to last a second or longer, epoch milliseconds. Absent: attempts are quick. */
  readonly slowAt?: number;
}

export type WebhookState =
  | { readonly kind: 'enabled' }
  | { readonly kind: 'paused' }
  /** Without a reason: by an operator. */
  | { readonly kind: 'disabled'; readonly reason?: DisableReason };

/** `gone`: the receiver answered 410. `requested`: it asked for it. `failing`: nothing succeeded for days. */
export type DisableReason = 'gone' | 'requested' | 'failing';

export interface Webhook {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly name: string;
  /** The destination. Only its origin if the format says that the URL is a credential: the secret then has the whole. */
  readonly url: string;
  readonly format: { readonly id: string; readonly options: Readonly<Record<string, string>> };
  readonly alerts: AlertRule;
  /** Since when this rule is in force, epoch milliseconds; unknown of a rule that an older version wrote. */
  readonly alertsSince?: number;
  readonly state: WebhookState;
  /** The exact version in use, so that a rotation acts at once and a version may be cached for ever. */
  readonly secret?: SecretReference;
  /** What that value holds; absent without a secret. */
  readonly secretContents?: SecretContents;
  /** Grows with every change by a person: the optimistic lock of people's writes. */
  readonly revision: number;
  readonly health: WebhookHealth;
  /** Where the line of refused deliveries ends, epoch milliseconds. The sender keeps it; it never touches `revision`. */
  readonly retryTurnAt?: number;
  /** The tenant's own limit. Absent: what the format's vendor publishes, if anything. */
  readonly pace?: ChosenPace;
  /** The shape of what it gets. Absent: 1, of before there were versions. */
  readonly payloadVersion?: PayloadVersion;
  /** What it gets beside detections. Absent: nothing else. */
  readonly events?: readonly LaterEvent[];
  /** Findings below critical go together, in one message for a window of time. Absent: each goes at once. */
  readonly digest?: DigestChoice;
  /** What happens with findings that were detected before it was connected. Absent: they are sent as all others. */
  readonly firstSync?: FirstSync;
  /** The sender keeps them; they go with a change of the URL or the pace. */
  readonly turns?: Turns;
  /** How much time all turns that were ever taken account for at the pace. It only grows, whatever becomes of `turns`. */
  readonly explainedMillis?: number;
  /** The webhook of the same tenant that gets notices about this one. One that is deleted gets none. */
  readonly noticesTo?: WebhookId;
  /** How it gets access tokens. Absent: it sends none, unless its format asks for one. */
  readonly oauth?: WebhookOauth;
  /** Absent: alerts may be turned on without one. */
  readonly challenge?: Challenge;
  /** Absent: what is due to it is sent, and not listed. */
  readonly pull?: Pull;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface SecretReference {
  readonly arn: string;
  readonly versionId: string;
}

/** What a secret holds, without any value of it: enough for the card, and for the check of another destination. */
export interface SecretContents {
  readonly isSigned: boolean;
  /** Until when each of the earlier secrets signs too, newest first, epoch milliseconds. */
  readonly previousUntil?: readonly number[];
  /** The current one first; absent without signing keys. */
  readonly publicKeys?: readonly PublicKey[];
  /** The number of custom headers. Their names are secret as well. */
  readonly customHeaders: number;
  /** Names of the format's credentials. */
  readonly credentials: readonly string[];
}

/** The value behind a `SecretReference`. `url` is set where the URL is itself a credential. */
export interface WebhookSecret {
  readonly signing?: SigningSecrets;
  /** Private keys of Ed25519, which sign beside the secrets or instead of them. */
  readonly signingKeys?: SigningSecrets;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly url?: string;
  /** Of the OAuth client that the webhook names. */
  readonly clientSecret?: string;
}

export const HEALTHY: WebhookHealth = { failuresInARow: 0, exhaustedCount: 0 };

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
  /** The threshold that the format proposes. */
  readonly minSeverity?: SeverityLevel;
  readonly pace?: ChosenPace;
  readonly payloadVersion?: PayloadVersion;
  readonly events?: readonly LaterEvent[];
  readonly digest?: DigestChoice;
  readonly firstSync?: FirstSync;
  readonly noticesTo?: WebhookId;
  readonly oauth?: WebhookOauth;
  readonly challenge?: Challenge;
  readonly pull?: PullChoice;
}

/** A fresh webhook has its alerts off: nothing is sent before a person turns them on. */
export function connectWebhook({ minSeverity = 'high', pull, ...settings }: NewWebhook, change: Change): Webhook {
  return {
    ...settings,
    ...(pull && { pull: newPull(pull, change.at) }),
    alerts: { enabled: false, minSeverity },
    alertsSince: change.at,
    state: { kind: 'enabled' },
    revision: 1,
    health: HEALTHY,
    createdAt: change.at,
    updatedAt: change.at,
    updatedBy: change.by,
  };
}

/** For a new webhook, after the value was stored as a version. */
export function useSecret(webhook: Webhook, reference: SecretReference, value: WebhookSecret): Webhook {
  return { ...webhook, secret: reference, secretContents: contentsOf(value) };
}

export function contentsOf({ signing, signingKeys, headers = {}, credentials = {} }: WebhookSecret): SecretContents {
  return {
    isSigned: signing !== undefined,
    ...(signing?.previous && { previousUntil: signing.previous.map(({ until }) => until) }),
    ...(signingKeys && { publicKeys: publicKeysOf(signingKeys) }),
    customHeaders: Object.keys(headers).length,
    credentials: Object.keys(credentials).sort(),
  };
}

/** What another destination gets only if it is given again. Otherwise an editor could have it sent to a server of theirs. */
export function heldBack({
  secretContents: contents,
  oauth,
}: Webhook): readonly ('secret' | 'headers' | 'credentials' | 'oauth')[] {
  return [
    ...(contents?.isSigned ? (['secret'] as const) : []),
    ...(contents !== undefined && contents.customHeaders > 0 ? (['headers'] as const) : []),
    ...(contents !== undefined && contents.credentials.length > 0 ? (['credentials'] as const) : []),
    ...(oauth === undefined ? [] : (['oauth'] as const)),
  ];
}
