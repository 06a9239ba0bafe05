/** From a finding on the bus to its outcome, on a deployed stack: rule, queues, functions, tables, secrets and grants. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding } from '../builders/finding.ts';
import { aFreshTenant, type DeployedService, reachService } from './deployed-service.ts';

/** The stage's retry policy: base 1 s, factor 4. Jitter and queues only add to it. */
const LEAST_MILLIS_BETWEEN_ATTEMPTS = [1_000, 4_000, 16_000];

let service: DeployedService;
beforeAll(async () => {
  service = await reachService();
});
afterAll(() => service?.leave());

function aFreshFinding() {
  return aFinding({ id: `fnd_${randomBytes(6).toString('hex')}`, detectedAt: new Date().toISOString() });
}

describe('a deployed stack', () => {
  // At the same time: one of them waits half a minute for its retries.
  it.concurrent('posts a finding once, signed, and logs it as delivered', async () => {
    const tenantId = aFreshTenant('acme');
    const finding = aFreshFinding();
    const { waitForRequests, waitForOutcome } = await service.connect(tenantId, 'ok');
    await service.publish({ tenantId, finding });

    const requests = await waitForRequests(1);
    // The receiver asks npm's standardwebhooks.
    expect(requests).toMatchObject([{ nth: 1, signature: 'verified' }]);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      type: 'finding.detected',
      timestamp: finding.detectedAt,
      data: finding,
    });
    const row = await waitForOutcome(requests[0]);
    expect(row).toMatchObject({ status: 'delivered', lastAttempt: 1, attempts: [{ statusCode: 200 }] });
  });

  it.concurrent('tries four times with the same id and bytes, then gives up and leaves a ticket', async () => {
    const tenantId = aFreshTenant('initech');
    const { webhook, requests, waitForRequests, waitForOutcome } = await service.connect(tenantId, 'fail');
    await service.publish({ tenantId, finding: aFreshFinding() });

    const [first, ...others] = await waitForRequests(4);
    const row = await waitForOutcome(first);
    expect(row).toMatchObject({ status: 'failed', reason: 'exhausted', lastAttempt: 4, attemptLimit: 4 });
    expect(row.attempts.map(({ statusCode }) => statusCode)).toEqual([500, 500, 500, 500]);
    const ticket = await service.waitForMessage('ExhaustedDeliveriesUrl', row.deliveryId);
    expect(JSON.parse(ticket.Body ?? '')).toMatchObject({
      tenantId,
      webhookId: webhook.webhookId,
      deliveryId: row.deliveryId,
      attempt: 5,
      reopen: 'operator',
    });

    expect(requests()).toHaveLength(4);
    for (const { webhookId, bodySha256, signature } of others) {
      expect({ webhookId, bodySha256, signature }).toEqual({
        webhookId: first?.webhookId,
        bodySha256: first?.bodySha256,
        signature: 'verified',
      });
    }
    const times = requests().map(({ receivedAt }) => receivedAt);
    for (const [index, least] of LEAST_MILLIS_BETWEEN_ATTEMPTS.entries()) {
      expect((times[index + 1] ?? 0) - (times[index] ?? 0)).toBeGreaterThanOrEqual(least);
    }
  });

  it.concurrent('puts a finding that breaks the schema aside, with the reason beside it', async () => {
    const tenantId = aFreshTenant('umbrella');
    const finding = { ...aFreshFinding(), severity: { level: 'apocalyptic', score: 82 } };
    await service.publish({ tenantId, finding });

    const { Body = '', MessageAttributes } = await service.waitForMessage('FindingsDlqUrl', finding.id);
    expect(JSON.parse(Body)).toMatchObject({ detail: { tenantId, finding } });
    expect(MessageAttributes?.['reason']?.StringValue).toContain('detail.finding.severity.level');
    expect(MessageAttributes?.['reason']?.StringValue).not.toContain('apocalyptic');
  });

  it.concurrent("sends each tenant's findings to that tenant's webhook and to no other", async () => {
    // One id begins with the other.
    const tenants = [aFreshTenant('globex')];
    tenants.push(`${tenants[0]}-2`);
    const details = tenants.map((tenantId) => ({ tenantId, finding: aFreshFinding() }));
    const webhooks = await Promise.all(tenants.map((tenantId) => service.connect(tenantId, 'ok')));
    await service.publish(...details);

    for (const [index, { waitForRequests }] of webhooks.entries()) {
      const requests = await waitForRequests(1);
      expect(requests.map(({ body }) => JSON.parse(body).data.id)).toEqual([details[index]?.finding.id]);
    }
  });

  // After the others: by now every request that will ever come is there.
  it('made no request but those', () => {
    const signed = service.receiver.requests.filter(({ signature }) => signature === 'verified');
    expect(signed).toHaveLength(1 + 4 + 2);
    expect(service.receiver.requests).toHaveLength(signed.length);
  });
});
