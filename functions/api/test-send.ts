/**
 * Sends a finding to a webhook by the very code that deliveries are sent by. It is no delivery: nothing is
 * recorded, no health is noted, alerts, state and pace do not matter.
 */

import type { SentRequest } from '../../shared/api/sent-request.schema.ts';
import type { TestSendRequest } from '../../shared/api/test-send-request.schema.ts';
import { type MadeAttempt, makeAttempt, prepareAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import {
  type DeliveryId,
  parseDeliveryId,
  parseWebhookId,
  type TenantId,
  type WebhookId,
} from '../../shared/runtime/ids.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { maskedRequest } from './deliveries/masked-request.ts';
import type { ApiDependencies } from './dependencies.ts';
import { done, NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse } from './outcome.ts';
import { severityTest, testOf } from './test-finding.ts';

export interface TestSend {
  readonly webhook: Webhook;
  readonly finding: Finding;
  readonly deliveryId: DeliveryId;
  readonly made: MadeAttempt;
}

type TestSendDependencies = Pick<
  ApiDependencies,
  'webhooks' | 'log' | 'secrets' | 'client' | 'tokens' | 'clock' | 'testSends' | 'limits' | 'newId'
>;

const MINUTE_MILLIS = 60_000;

export async function testSend(
  deps: TestSendDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
  request: TestSendRequest = {},
): Promise<Outcome<TestSend>> {
  const found = await findTest(deps, tenantId, webhookId, request);
  if (found.kind === 'refused') {
    return found;
  }
  const limit = await takeTestSend(deps, tenantId);
  if (limit !== undefined) {
    return limit;
  }
  const { webhook, finding } = found.value;
  const deliveryId = testDeliveryId(deps.newId());
  const ready = await prepareAttempt(deps, webhook);
  const made = await makeAttempt(deps, ready, { deliveryId, attempt: 1 }, finding);
  return done({ webhook, finding, deliveryId, made });
}

/** Counts one for the tenant; the refusal if it has had as many as it may in this minute. */
export async function takeTestSend(
  { testSends, limits, clock }: Pick<ApiDependencies, 'testSends' | 'limits' | 'clock'>,
  tenantId: TenantId,
): Promise<Refused | undefined> {
  const now = clock.now();
  if (await testSends.take(tenantId, now)) {
    return undefined;
  }
  const most = `At most ${limits.testSendsPerMinute} test sends a minute for all your webhooks.`;
  return refuse('too-many-test-sends', most, {
    retryAfterSeconds: Math.ceil((MINUTE_MILLIS - (now % MINUTE_MILLIS)) / 1000),
  });
}

/** The request of such a test, or undefined if the format of its webhook is not known here. */
export async function previewTest(
  deps: Pick<ApiDependencies, 'webhooks' | 'log' | 'clock' | 'newId'>,
  tenantId: TenantId,
  webhookId: WebhookId,
  request: TestSendRequest,
): Promise<Outcome<SentRequest | undefined>> {
  const found = await findTest(deps, tenantId, webhookId, request);
  if (found.kind === 'refused') {
    return found;
  }
  const { webhook, finding } = found.value;
  return done(maskedRequest(webhook, finding, testDeliveryId(deps.newId()), deps.clock.now()));
}

/** The log is read under the caller's tenant, whatever webhook and delivery the request names. */
async function findTest(
  { webhooks, log, clock }: Pick<ApiDependencies, 'webhooks' | 'log' | 'clock'>,
  tenantId: TenantId,
  webhookId: WebhookId,
  { severity = 'info', ...request }: TestSendRequest,
): Promise<Outcome<Pick<TestSend, 'webhook' | 'finding'>>> {
  const webhook = await webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return NO_SUCH_WEBHOOK;
  }
  if (request.deliveryId === undefined) {
    return done({ webhook, finding: severityTest(severity, clock.now()) });
  }
  const logOf = request.webhookId === undefined ? webhookId : parseWebhookId(request.webhookId);
  const deliveryId = parseDeliveryId(request.deliveryId);
  const row = logOf && deliveryId && (await log.find(tenantId, logOf, deliveryId));
  return row === undefined ? NO_SUCH_DELIVERY : done({ webhook, finding: testOf(row) });
}

/** One of its own each time, or receivers would take the second test for a duplicate. */
function testDeliveryId(id: string): DeliveryId {
  const deliveryId = parseDeliveryId(`dlv_test_${id.replaceAll('-', '')}`);
  if (deliveryId === undefined) {
    throw new Error('An id that is no UUID');
  }
  return deliveryId;
}
