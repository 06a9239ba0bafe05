/**
 * Challenges the address of a webhook, and notes that it has answered. It counts as a test send, so that no one can have the
 * service knock at addresses more often than by those.
 */

import { prepareAttempt } from '../../../shared/attempt/make-attempt.flow.ts';
import { type MadeChallenge, makeChallenge } from '../../../shared/attempt/make-challenge.flow.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { verifyAddress } from '../../../shared/webhook/webhook-changes.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, refuseFields } from '../outcome.ts';
import { takeTestSend } from '../test-send.ts';
import {
  type Actor,
  type ChangeDependencies,
  type ExpectedRevision,
  isOutdated,
  OUTDATED,
  storeChange,
} from './store-change.ts';

type ChallengeDependencies = ChangeDependencies &
  Pick<
    ApiDependencies,
    'secrets' | 'client' | 'tokens' | 'testSends' | 'limits' | 'newId' | 'randomBytes' | 'urlRules'
  >;

export interface Challenged {
  readonly made: MadeChallenge;
  readonly webhook: Webhook;
}

/** 256 bits. */
const VALUE_BYTES = 32;

export async function challengeAddress(
  deps: ChallengeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Challenged>> {
  const { tenantId } = actor;
  const webhook = await deps.webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return NO_SUCH_WEBHOOK;
  }
  if (isOutdated(expected, webhook)) {
    return OUTDATED;
  }
  if (webhook.challenge === undefined) {
    return refuseFields([{ field: 'challenge', message: 'This webhook asks for none: set challenge first.' }]);
  }
  const limit = await takeTestSend(deps, tenantId);
  if (limit !== undefined) {
    return limit;
  }
  const made = await makeChallenge(deps, await prepareAttempt(deps, webhook), {
    messageId: `msg_challenge_${deps.newId().replaceAll('-', '')}`,
    value: Buffer.from(deps.randomBytes(VALUE_BYTES)).toString('base64url'),
    origin: originOf(deps),
  });
  if (!made.isVerified) {
    return done({ made, webhook });
  }
  const published = { change: 'settings', fields: ['challenge'] } as const;
  const stored = await storeChange(deps, actor, webhookId, undefined, published, (now) =>
    // What was there has answered, and nothing else.
    now.url === webhook.url ? done(verifyAddress(now, { by: actor.name, at: deps.clock.now() })) : OUTDATED,
  );
  return stored.kind === 'refused' ? stored : done({ made, webhook: stored.value });
}

/** The name under which tenants know the service: that of its API. A local system has none of its own. */
function originOf({ urlRules }: Pick<ApiDependencies, 'urlRules'>): string {
  return urlRules.ownHosts[0] ?? 'localhost';
}
