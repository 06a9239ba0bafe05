/**
 * Sends a sample finding to a webhook by the very code that deliveries are sent by. It is no delivery: nothing is
 * recorded, no health is noted, alerts and state do not matter.
 */

import { type MadeAttempt, makeAttempt, prepareAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { trialFinding } from '../../shared/finding/sample-finding.ts';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../../shared/runtime/ids.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { ApiDependencies } from './dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, refuse } from './outcome.ts';

export interface TestSend {
  readonly webhook: Webhook;
  readonly finding: Finding;
  readonly deliveryId: DeliveryId;
  readonly made: MadeAttempt;
}

type TestSendDependencies = Pick<
  ApiDependencies,
  'webhooks' | 'secrets' | 'client' | 'tokens' | 'clock' | 'testSends' | 'limits' | 'newId'
>;

const MINUTE_MILLIS = 60_000;

export async function testSend(
  deps: TestSendDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
): Promise<Outcome<TestSend>> {
  const webhook = await deps.webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return NO_SUCH_WEBHOOK;
  }
  const now = deps.clock.now();
  if (!(await deps.testSends.take(tenantId, now))) {
    const { testSendsPerMinute } = deps.limits;
    return refuse('too-many-test-sends', `At most ${testSendsPerMinute} test sends a minute for all your webhooks.`, {
      retryAfterSeconds: Math.ceil((MINUTE_MILLIS - (now % MINUTE_MILLIS)) / 1000),
    });
  }
  const finding = testFinding(now);
  const deliveryId = testDeliveryId(deps.newId());
  const ready = await prepareAttempt(deps, webhook);
  const made = await makeAttempt(deps, ready, { deliveryId, attempt: 1 }, finding);
  return done({ webhook, finding, deliveryId, made });
}

function testFinding(nowMillis: number): Finding {
  return trialFinding({
    id: 'fnd_test',
    title: 'Test from Thalian: this webhook works',
    detectedAt: new Date(nowMillis).toISOString(),
  });
}

/** One of its own each time, or receivers would take the second test for a duplicate. */
function testDeliveryId(id: string): DeliveryId {
  const deliveryId = parseDeliveryId(`dlv_test_${id.replaceAll('-', '')}`);
  if (deliveryId === undefined) {
    throw new Error('An id that is no UUID');
  }
  return deliveryId;
}
