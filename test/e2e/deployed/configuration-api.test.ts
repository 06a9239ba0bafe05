/** The configuration API of a deployed stack: who gets in, which webhooks a user sees, and what each change does to deliveries. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryPageSchema } from '../../../shared/api/delivery-responses.schema.ts';
import { testSendSchema } from '../../../shared/api/test-send-responses.schema.ts';
import {
  changedWebhookSchema,
  webhookListSchema,
  webhookSchema,
} from '../../../shared/api/webhook-responses.schema.ts';
import type { Method } from '../api-client.ts';
import { aFreshFinding, aFreshTenantId, type DeployedService, judge, reachService } from '../deployed-service.ts';

let service: DeployedService;
beforeAll(async () => {
  service = await reachService();
});
afterAll(() => service?.leave());

describe('the API of a deployed stack', () => {
  it.concurrent('refuses each caller without an ID token of its user pool, but shows every caller how to use it', async () => {
    const { access } = await service.signInNew(aFreshTenantId('acme'), 'webhooks-write');
    for (const token of [undefined, 'not-a-token', access]) {
      expect(await service.apiClient(token).call('GET', '/v1/webhooks')).toMatchObject({ statusCode: 401 });
    }
    const description = await service.apiClient(undefined).call('GET', '/v1/openapi.json');
    expect(description).toMatchObject({ statusCode: 200, body: { openapi: expect.stringMatching(/^3\./) } });
  });

  it.concurrent('shows everything to a user who may only read, and refuses each change', async () => {
    const tenant = await service.aTenant(aFreshTenantId('initech'));
    const webhook = await service.connect(tenant, { behaviour: 'ok' });
    const { id: token } = await service.signInNew(tenant.tenantId, 'webhooks-read');
    const reader = service.apiClient(token);

    const { webhooks } = await reader.ask(webhookListSchema, 'GET', '/v1/webhooks');
    expect(webhooks.map(({ id }) => id)).toEqual([webhook.id]);
    const writes: [Method, string, object?][] = [
      ['POST', '/v1/webhooks', { name: 'Mine', url: 'https://siem.example.com/' }],
      ['PATCH', webhook.path, { name: 'Mine' }],
      ['POST', `${webhook.path}/pause`],
      ['DELETE', webhook.path],
    ];
    for (const write of writes) {
      expect(await reader.call(...write)).toMatchObject({ statusCode: 403 });
    }
  });

  it.concurrent("answers 404 to a caller that asks for another tenant's webhook, and leaves it as it is", async () => {
    const owner = await service.aTenant(aFreshTenantId('globex'));
    const webhook = await service.connect(owner, { behaviour: 'ok' });
    await service.publish({ tenantId: owner.tenantId, finding: aFreshFinding() });
    const [request] = await webhook.waitForRequests(1);
    const delivery = await webhook.waitForOutcome(request);
    const read = async () => {
      const { health, ...rest } = await owner.api.ask(webhookSchema, 'GET', webhook.path);
      const { asOf: _, ...stats } = health;
      return { ...rest, ...stats };
    };
    const before = await read();
    const { api } = await service.aTenant(aFreshTenantId('globex'));

    expect(await api.ask(webhookListSchema, 'GET', '/v1/webhooks')).toMatchObject({ webhooks: [] });
    const attempts: [Method, string, object?][] = [
      ['GET', webhook.path],
      ['PATCH', webhook.path, { url: 'https://siem.example.com/' }],
      ['PUT', `${webhook.path}/alerts`, { enabled: false, minSeverity: 'info' }],
      ['POST', `${webhook.path}/pause`],
      ['POST', `${webhook.path}/secret`, { secret: { generate: true } }],
      ['POST', `${webhook.path}/test`],
      ['GET', `${webhook.path}/deliveries`],
      ['GET', `${webhook.path}/deliveries/${delivery.id}`],
      ['POST', `${webhook.path}/deliveries/${delivery.id}/retry`],
      ['DELETE', webhook.path],
    ];
    for (const attempt of attempts) {
      expect([...attempt, (await api.call(...attempt)).statusCode]).toEqual([...attempt, 404]);
    }
    expect(await read()).toEqual(before);
    expect(await webhook.requests()).toHaveLength(1);
  });

  it.concurrent('sends a signed test at once and reports the response', async () => {
    const tenant = await service.aTenant(aFreshTenantId('hooli'));
    const webhook = await service.connect(tenant, { behaviour: 'ok' });
    const sent = await tenant.api.ask(testSendSchema, 'POST', `${webhook.path}/test`);
    expect(sent).toMatchObject({ isAccepted: true, statusCode: 200 });
    const requests = await webhook.requests();
    expect(requests.map((request) => judge(request, webhook.signingSecret))).toEqual(['verified']);
  });

  it.concurrent('signs with both secrets while a rotation overlaps, and with the new one alone where none does', async () => {
    const tenant = await service.aTenant(aFreshTenantId('umbrella'));
    const webhook = await service.connect(tenant, { behaviour: 'ok' });
    const rotate = async (overlapSeconds: number) => {
      const secret = { generate: true };
      const response = await tenant.api.ask(changedWebhookSchema, 'POST', `${webhook.path}/secret`, {
        secret,
        overlapSeconds,
      });
      return response.signingSecret ?? '';
    };
    const publishOne = async (count: number) => {
      await service.publish({ tenantId: tenant.tenantId, finding: aFreshFinding() });
      return (await webhook.waitForRequests(count)).at(-1);
    };

    const second = await rotate(3_600);
    const overlapping = await publishOne(1);
    const secrets = [webhook.signingSecret, second];
    expect(secrets.map((secret) => overlapping && judge(overlapping, secret))).toEqual(['verified', 'verified']);

    const third = await rotate(0);
    const after = await publishOne(2);
    expect([...secrets, third].map((secret) => after && judge(after, secret))).toEqual(['wrong', 'wrong', 'verified']);
  });

  it.concurrent('keeps findings from a webhook that is paused or deleted, and sends them again once it is resumed', async () => {
    const tenant = await service.aTenant(aFreshTenantId('vandelay'));
    // Whatever reached it has passed the other by.
    const witness = await service.connect(tenant, { behaviour: 'ok' });
    const webhook = await service.connect(tenant, { behaviour: 'ok' });
    const findings = [aFreshFinding(), aFreshFinding(), aFreshFinding()] as const;
    const publishOne = async (nth: 1 | 2 | 3) => {
      await service.publish({ tenantId: tenant.tenantId, finding: findings[nth - 1] });
      const requests = await witness.waitForRequests(nth);
      await Promise.all(requests.map((request) => witness.waitForOutcome(request)));
    };

    const paused = await tenant.api.ask(changedWebhookSchema, 'POST', `${webhook.path}/pause`);
    expect(paused).toMatchObject({ state: 'paused' });
    await publishOne(1);
    const resumed = await tenant.api.ask(changedWebhookSchema, 'POST', `${webhook.path}/resume`);
    expect(resumed).toMatchObject({ state: 'enabled' });
    await publishOne(2);
    const [request, ...others] = await webhook.waitForRequests(1);
    expect(others).toEqual([]);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ data: { id: findings[1].id } });
    await webhook.waitForOutcome(request);
    const log = await tenant.api.ask(deliveryPageSchema, 'GET', `${webhook.path}/deliveries?status=delivered`);
    expect(log.deliveries.map(({ finding }) => finding.id)).toEqual([findings[1].id]);

    expect(await tenant.api.call('DELETE', webhook.path)).toEqual({ statusCode: 204, body: undefined });
    expect(await tenant.api.call('GET', webhook.path)).toMatchObject({ statusCode: 404 });
    await publishOne(3);
    expect(await webhook.requests()).toHaveLength(1);
  });

  // After the others: by now every request that will ever come is there.
  it('had no request made but those', async () => {
    expect(await service.countRequests()).toBe(1 + 1 + 2 + 3 + 1);
  });
});
