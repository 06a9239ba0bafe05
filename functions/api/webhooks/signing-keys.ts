/**
 * Makes, rotates and removes the Ed25519 key of a connected webhook. The private key is made here and never leaves: the
 * webhook's item keeps what is public of it, so that the JWKS address reads no secret.
 */
import type { KeyRequest } from '../../../shared/api/signing-requests.schema.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import { formatGeneratedKey, SEED_BYTES } from '../../../shared/webhook/signing-keys.ts';
import { rotateSigning } from '../../../shared/webhook/signing-secrets.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { changeSecret } from '../../../shared/webhook/webhook-changes.ts';
import { done, type Outcome } from '../outcome.ts';
import { currentSecret, type SecretDependencies, storeChangeOfSecret, storeSecret, tooMany } from './signing-secret.ts';
import type { Actor, Changed, ExpectedRevision } from './store-change.ts';

/** `versionId` is new: a repeated request recognises by it what it has stored. */
export async function rotateKey(
  deps: SecretDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  versionId: string,
  { overlapSeconds }: KeyRequest,
): Promise<Outcome<Changed>> {
  const next = formatGeneratedKey(deps.randomBytes(SEED_BYTES));
  let freshId: string | undefined = versionId;
  const published = { change: 'signing-key-rotated', fields: ['publicKeys'] } as const;
  const stored = await storeChangeOfSecret(deps, actor, webhookId, expected, published, async (webhook) => {
    const now = deps.clock.now();
    const current = await currentSecret(deps, webhook);
    const rotation = rotateSigning(current.signingKeys, next, now, overlapSeconds);
    if (rotation.kind === 'unchanged') {
      return done(undefined);
    }
    if (rotation.kind === 'refused') {
      return tooMany('keys', rotation.possibleAt, now);
    }
    const value = { ...current, signingKeys: rotation.signing };
    const reference = await storeSecret(deps, webhook, value, freshId);
    freshId = undefined;
    return done(changeSecret(webhook, { reference, value }, { by: actor.name, at: now }));
  });
  return stored.kind === 'refused' ? stored : done({ webhook: stored.value });
}

export function removeKeys(
  deps: SecretDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  const published = { change: 'signing-key-removed', fields: ['publicKeys'] } as const;
  return storeChangeOfSecret(deps, actor, webhookId, expected, published, async (webhook) => {
    const { signingKeys, ...rest } = await currentSecret(deps, webhook);
    if (signingKeys === undefined) {
      return done(undefined);
    }
    const reference = await storeSecret(deps, webhook, rest);
    return done(changeSecret(webhook, { reference, value: rest }, { by: actor.name, at: deps.clock.now() }));
  });
}
