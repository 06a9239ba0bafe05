/**
 * Rotates the signing secret of a connected webhook with an overlap, or removes it. Each value is a version of its own that
 * the webhook's item then names, so `send` changes over with the write that the response reports.
 */

import { toInstant } from '../../../shared/api/instant.schema.ts';
import type { RotateRequest } from '../../../shared/api/signing-requests.schema.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import { MAX_SIGNING_SECRETS, rotateSigning } from '../../../shared/webhook/signing-secrets.ts';
import type { SecretReference, Webhook, WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { changeSecret } from '../../../shared/webhook/webhook-changes.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse, refuseFields } from '../outcome.ts';
import { checkSigning, errorsOf } from './check-settings.ts';
import {
  type Actor,
  type ChangeDependencies,
  type Changed,
  type Decided,
  type ExpectedRevision,
  type PublishedChange,
  storeChange,
} from './store-change.ts';

export type SecretDependencies = ChangeDependencies & Pick<ApiDependencies, 'secrets' | 'newId' | 'randomBytes'>;

/** `versionId` is new: a repeated request recognises by it what it has stored. */
export async function rotate(
  deps: SecretDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  versionId: string,
  { secret: request, overlapSeconds }: RotateRequest,
): Promise<Outcome<Changed>> {
  const next = checkSigning(request, deps.randomBytes);
  if (next.kind === 'refused') {
    return refuseFields(errorsOf(next));
  }
  let freshId: string | undefined = versionId;
  const published = { change: 'secret-rotated', fields: ['secret'] } as const;
  const stored = await storeChangeOfSecret(deps, actor, webhookId, expected, published, async (webhook) => {
    const now = deps.clock.now();
    const current = await currentSecret(deps, webhook);
    const rotation = rotateSigning(current.signing, next.value, now, overlapSeconds);
    if (rotation.kind === 'unchanged') {
      return done(undefined);
    }
    if (rotation.kind === 'refused') {
      return tooMany('secrets', rotation.possibleAt, now);
    }
    const value = { ...current, signing: rotation.signing };
    const reference = await storeSecret(deps, webhook, value, freshId);
    // After a conflict the secret to keep beside it may be another: then the value is another, and so is its version.
    freshId = undefined;
    return done(changeSecret(webhook, { reference, value }, { by: actor.name, at: now }));
  });
  if (stored.kind === 'refused') {
    return stored;
  }
  return done({ webhook: stored.value, ...(typeof request === 'object' && { signingSecret: next.value }) });
}

export function tooMany(what: 'secrets' | 'keys', possibleAt: number, nowMillis: number): Refused {
  return refuse(
    'too-many-secrets',
    `${MAX_SIGNING_SECRETS} ${what} sign at the moment. Another is possible from ${toInstant(possibleAt)}, or now with overlapSeconds 0, which ends the overlap of all earlier ones.`,
    { retryAfterSeconds: Math.ceil((possibleAt - nowMillis) / 1000) },
  );
}

/**
 * The rest of the secret stays. Its name in Secrets Manager stays too: removing it could hit a rotation that runs at the
 * same moment.
 */
export function removeSigning(
  deps: SecretDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  const published = { change: 'secret-removed', fields: ['secret'] } as const;
  return storeChangeOfSecret(deps, actor, webhookId, expected, published, async (webhook) => {
    const { signing, ...rest } = await currentSecret(deps, webhook);
    if (signing === undefined) {
      return done(undefined);
    }
    const reference = await storeSecret(deps, webhook, rest);
    return done(changeSecret(webhook, { reference, value: rest }, { by: actor.name, at: deps.clock.now() }));
  });
}

/**
 * A change that may store a secret. If the webhook is deleted meanwhile, the stored value has no owner and is removed; and
 * a change that fails because the secret is gone fails because the webhook is.
 */
export async function storeChangeOfSecret(
  deps: ChangeDependencies & Pick<ApiDependencies, 'secrets'>,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  published: PublishedChange,
  decide: (webhook: Webhook) => Promise<Decided>,
): Promise<Outcome<Webhook>> {
  const { tenantId } = actor;
  const stored = await storeChange(deps, actor, webhookId, expected, published, decide).catch(
    async (error: unknown) => {
      if (error instanceof DependencyUnavailable && (await deps.webhooks.find(tenantId, webhookId)) === undefined) {
        return NO_SUCH_WEBHOOK;
      }
      throw error;
    },
  );
  if (stored === NO_SUCH_WEBHOOK) {
    await deps.secrets.remove(tenantId, webhookId);
  }
  return stored;
}

/** As a new version, or the first one. */
export function storeSecret(
  { secrets, newId }: Pick<ApiDependencies, 'secrets' | 'newId'>,
  { tenantId, webhookId, secret }: Webhook,
  value: WebhookSecret,
  versionId: string = newId(),
): Promise<SecretReference> {
  return secret === undefined
    ? secrets.create(tenantId, webhookId, versionId, value)
    : secrets.replace(tenantId, secret, versionId, value);
}

export async function currentSecret(
  { secrets }: Pick<ApiDependencies, 'secrets'>,
  webhook: Webhook,
): Promise<WebhookSecret> {
  return webhook.secret === undefined ? {} : secrets.read(webhook.tenantId, webhook.secret);
}
