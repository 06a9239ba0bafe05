/** From a finding on the bus to its outcome, on a deployed stack: rule, queues, functions, tables, secrets and grants. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryPageSchema, deliverySchema } from '../../../shared/api/delivery-responses.schema.ts';
import { webhookListSchema } from '../../../shared/api/webhook-responses.schema.ts';
import { aFreshFinding, aFreshTenantId, type DeployedService, judge, reachService } from '../deployed-service.ts';
import { until } from '../until.ts';

/** The stage's retry policy: base 1 s, factor 4. Jitter and queues only add to it. */
const LEAST_MILLIS_BETWEEN_ATTEMPTS = [1_000, 4_000, 16_000];

/** A whole retry cycle fails; the next one meets a receiver that is well again. */
const FAILS_FOR_A_CYCLE = { behaviour: 'fail', tuning: '?times=4' } as const;

let service: DeployedService;
beforeAll(async () => {
  service = await reachService();
});
afterAll(() => service?.leave());

describe('a deployed stack', () => {
  // At the same time: some of them wait half a minute for retries.
  it.concurrent('posts a finding once, signed, and logs it as delivered', async () => {
    const tenant = await service.aTenant(aFreshTenantId('acme'));
    const finding = aFreshFinding();
    const webhook = await service.connect(tenant, { behaviour: 'ok' });
    await service.publish({ tenantId: tenant.tenantId, finding });

    const [request, ...others] = await webhook.waitForRequests(1);
    const delivery = await webhook.waitForOutcome(request);
    expect(others).toEqual([]);
    expect(request && judge(request, webhook.signingSecret)).toBe('verified');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      type: 'finding.detected',
      timestamp: finding.detectedAt,
      revision: 1,
      data: finding,
    });
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, attemptLog: [{ statusCode: 200 }] });
  });

  it.concurrent('tries four times with the same id and bytes, and once more when its redrive message is redriven', async () => {
    const tenant = await service.aTenant(aFreshTenantId('initech'));
    const webhook = await service.connect(tenant, FAILS_FOR_A_CYCLE);
    await service.publish({ tenantId: tenant.tenantId, finding: aFreshFinding() });

    const round = await webhook.waitForRequests(4);
    const [first] = round;
    const exhausted = await webhook.waitForOutcome(first);
    expect(exhausted).toMatchObject({ status: 'failed', reason: 'exhausted', attempts: 4, attemptLimit: 4 });
    expect(exhausted.attemptLog.map(({ statusCode }) => statusCode)).toEqual([500, 500, 500, 500]);
    const times = round.map(({ receivedAt }) => receivedAt);
    for (const [index, least] of LEAST_MILLIS_BETWEEN_ATTEMPTS.entries()) {
      expect((times[index + 1] ?? 0) - (times[index] ?? 0)).toBeGreaterThanOrEqual(least);
    }
    const redriveMessage = await service.waitForMessage('ExhaustedDeliveriesUrl', exhausted.id);
    expect(JSON.parse(redriveMessage.Body ?? '')).toMatchObject({
      tenantId: tenant.tenantId,
      webhookId: webhook.id,
      deliveryId: exhausted.id,
      attempt: 5,
      reopen: 'operator',
    });

    expect(await service.redrive(tenant.tenantId)).toBe(1);
    const all = await webhook.waitForRequests(5);
    expect(await webhook.waitForOutcome(first)).toMatchObject({ id: exhausted.id, status: 'delivered', attempts: 5 });
    for (const request of all) {
      expect(judge(request, webhook.signingSecret)).toBe('verified');
      expect([request.headers['webhook-id'], request.body]).toEqual([exhausted.id, first?.body]);
    }
  });

  it.concurrent('opens a new retry cycle for a failed delivery when its tenant asks the API', async () => {
    const tenant = await service.aTenant(aFreshTenantId('hooli'));
    const webhook = await service.connect(tenant, FAILS_FOR_A_CYCLE);
    await service.publish({ tenantId: tenant.tenantId, finding: aFreshFinding() });
    const [first] = await webhook.waitForRequests(4);
    const { id } = await webhook.waitForOutcome(first);
    const failed = await tenant.api.ask(deliveryPageSchema, 'GET', `${webhook.path}/deliveries?status=failed`);
    expect(failed.deliveries.map((delivery) => delivery.id)).toEqual([id]);
    await service.takeMessage('ExhaustedDeliveriesUrl', id);

    const reopened = await tenant.api.ask(deliverySchema, 'POST', `${webhook.path}/deliveries/${id}/retry`);
    expect(reopened).toMatchObject({ id, status: 'pending' });
    await webhook.waitForRequests(5);
    expect(await webhook.waitForOutcome(first)).toMatchObject({ id, status: 'delivered', attempts: 5 });
  });

  it.concurrent('sends findings of the threshold and above, and keeps no record of the others', async () => {
    const tenant = await service.aTenant(aFreshTenantId('vandelay'));
    const webhook = await service.connect(tenant, { behaviour: 'ok', minSeverity: 'high' });
    const low = aFreshFinding({ severity: { level: 'low', score: 20 } });
    const high = aFreshFinding({ severity: { level: 'high', score: 80 } });
    const critical = aFreshFinding({ severity: { level: 'critical', score: 95 } });
    await service.publish(...[low, high, critical].map((finding) => ({ tenantId: tenant.tenantId, finding })));

    for (const request of await webhook.waitForRequests(2)) {
      await webhook.waitForOutcome(request);
    }
    const { deliveries } = await tenant.api.ask(deliveryPageSchema, 'GET', `${webhook.path}/deliveries`);
    expect(deliveries.map(({ finding }) => finding.id).sort()).toEqual([high.id, critical.id].sort());
  });

  it.concurrent('puts a finding that breaks the schema aside, with the reason beside it', async () => {
    const tenantId = aFreshTenantId('umbrella');
    const finding = { ...aFreshFinding(), severity: { level: 'apocalyptic', score: 82 } };
    await service.publish({ tenantId, finding });

    const { Body = '', MessageAttributes } = await service.takeMessage('FindingsDlqUrl', finding.id);
    expect(JSON.parse(Body)).toMatchObject({ detail: { tenantId, finding } });
    expect(MessageAttributes?.['reason']?.StringValue).toContain('detail.finding.severity.level');
    expect(MessageAttributes?.['reason']?.StringValue).not.toContain('apocalyptic');
  });

  it.concurrent.each([
    [
      'under another detail-type',
      { DetailType: 'finding detected' },
      'detail-type: "finding detected" is not Finding Detected',
    ],
    ['of another source', { Source: 'acme.test' }, 'source: "acme.test" is neither thalian.findings nor ours'],
  ])('sets an event %s aside, with the reason beside it, and sends it nowhere', async (_what, names, reason) => {
    const tenant = await service.aTenant(aFreshTenantId('cyberdyne'));
    await service.connect(tenant, { behaviour: 'ok' });
    const finding = aFreshFinding();
    await service.publishNamed(names, { tenantId: tenant.tenantId, finding });

    const { Body = '', MessageAttributes } = await service.takeMessage('SetAsideEventsUrl', finding.id);
    expect(JSON.parse(Body)).toMatchObject({ stray: { detail: { tenantId: tenant.tenantId, finding } } });
    expect(MessageAttributes?.['reason']?.StringValue).toBe(reason);
  });

  it.concurrent('tells a tenant that a finding of its could not be read', async () => {
    const tenant = await service.aTenant(aFreshTenantId('tyrell'));
    await service.connect(tenant, { behaviour: 'ok' });
    const finding = { id: aFreshFinding().id };
    await service.publish({ tenantId: tenant.tenantId, finding });

    await service.takeMessage('FindingsDlqUrl', finding.id);
    const { count } = await until('the notice of an unread finding', async () => {
      const list = await tenant.api.ask(webhookListSchema, 'GET', '/v1/webhooks');
      return list.unreadFindings;
    });
    expect(count).toBe(1);
  });

  it.concurrent("sends each tenant's findings to that tenant's webhook and to no other", async () => {
    const tenantId = aFreshTenantId('globex');
    // One id begins with the other.
    const tenants = [await service.aTenant(tenantId), await service.aTenant(`${tenantId}-2`)];
    const details = tenants.map(({ tenantId }) => ({ tenantId, finding: aFreshFinding() }));
    const webhooks = await Promise.all(tenants.map((tenant) => service.connect(tenant, { behaviour: 'ok' })));
    await service.publish(...details);

    for (const [index, { waitForRequests }] of webhooks.entries()) {
      const requests = await waitForRequests(1);
      expect(requests.map(({ body }) => JSON.parse(body).data.id)).toEqual([details[index]?.finding.id]);
    }
  });

  // After the others: by now every request that will ever come is there.
  it('made no request but those', async () => {
    expect(await service.countRequests()).toBe(1 + 5 + 5 + 2 + 2);
  });
});
