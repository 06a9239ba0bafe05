import { describe, expect, it } from 'vitest';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

const TEST = '/v1/webhooks/wh_siem/test';

describe('a test send', () => {
  it('goes out as a delivery would, whatever the alert rule and the state are', async () => {
    const webhook = aWebhook({ alerts: { enabled: false, minSeverity: 'critical' }, state: { kind: 'paused' } });
    const world = anApiWorld({ webhooks: [webhook], replies: [{ statusCode: 204 }] });
    expect(await world.ask('POST', TEST)).toMatchObject({ status: 200, json: { isAccepted: true, statusCode: 204 } });
    const [request] = world.client.requests;
    expect(request).toMatchObject({
      url: 'https://siem.example/hook',
      headers: { 'x-thalian-event': 'finding.detected', 'webhook-id': expect.stringMatching(/^dlv_test_/) },
    });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'finding.detected', data: { id: 'fnd_test' } });
  });

  it('is no delivery: nothing is recorded, queued or noted', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()], replies: [{ statusCode: 410 }] });
    expect((await world.ask('POST', TEST)).json.isAccepted).toBe(false);
    expect([world.log.rows.size, world.store.updates, world.queues.retries]).toEqual([0, 0, []]);
    expect((await world.store.find(aTenantId(), aWebhookId()))?.state).toEqual({ kind: 'enabled' });
  });

  it('says what was answered and what to do, with secrets masked', async () => {
    const echo = { statusCode: 401, body: 'no entry for a-secret-of-our-own' };
    const world = anApiWorld({ webhooks: [aWebhook()], replies: [echo] });
    await world.ask('POST', '/v1/webhooks/wh_siem/secret', { body: { secret: 'a-secret-of-our-own' } });
    const { json, text } = await world.ask('POST', TEST);
    expect(json).toMatchObject({
      isAccepted: false,
      statusCode: 401,
      answer: { body: 'no entry for ***' },
      advice: expect.stringContaining('401'),
      millis: { total: expect.any(Number) },
      request: { method: 'POST', headers: { 'x-thalian-signature': expect.stringContaining('v1=***') } },
    });
    expect(text).not.toContain('of-our-own');
  });

  it('masks every secret that signs, and shows as many signatures', async () => {
    const secrets = ['first-secret-of-our-own', 'second-secret-of-our-own', 'third-secret-of-our-own'];
    const echo = { statusCode: 401, body: secrets.join(' and ') };
    const world = anApiWorld({ webhooks: [aWebhook()], replies: [echo] });
    for (const secret of secrets) {
      await world.ask('POST', '/v1/webhooks/wh_siem/secret', { body: { secret } });
    }
    const { json } = await world.ask('POST', TEST);
    expect(json).toMatchObject({
      answer: { body: '*** and *** and ***' },
      request: { headers: { 'webhook-signature': 'v1,*** v1,*** v1,***' } },
    });
  });

  it('says why there was no answer', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()], replies: ['dns-failed'] });
    const { json } = await world.ask('POST', TEST);
    expect(json).toMatchObject({
      isAccepted: false,
      error: 'dns-failed',
      advice: expect.stringContaining('host name'),
    });
    expect(json).not.toHaveProperty('answer');
  });

  it('says what exactly was the cause, with its technical code and what to do about just that', async () => {
    const failure = { error: 'tls-failed', cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' } as const;
    const world = anApiWorld({ webhooks: [aWebhook()], replies: [failure] });
    const { json } = await world.ask('POST', TEST);
    expect(json).toMatchObject({ isAccepted: false, ...failure, advice: expect.stringContaining('renew it') });
  });

  it('says that a cause is unknown, with its code', async () => {
    const failure = { error: 'tls-failed', cause: 'unknown', code: 'ERR_SSL_NEW' } as const;
    const world = anApiWorld({ webhooks: [aWebhook()], replies: [failure] });
    const { json } = await world.ask('POST', TEST);
    expect(json).toMatchObject({ ...failure, advice: expect.stringMatching(/do not know.*code ERR_SSL_NEW/) });
  });

  it('shows where a redirect leads, without its query', async () => {
    const headers = { location: 'https://new.example/hook?session=abc' };
    const world = anApiWorld({ webhooks: [aWebhook()], replies: [{ statusCode: 308, headers }] });
    const { json, text } = await world.ask('POST', TEST);
    expect(json).toMatchObject({ statusCode: 308, location: 'https://new.example/hook…' });
    expect(text).not.toContain('session');
  });

  it.each([
    [403, { 'cf-mitigated': 'challenge' }],
    [200, { 'content-type': 'text/html' }],
  ])("names a proxy's challenge page: %i", async (statusCode, headers) => {
    const page = { statusCode, headers, body: '<!DOCTYPE html><script>window._cf_chl_opt={}</script>' };
    const world = anApiWorld({ webhooks: [aWebhook()], replies: [page] });
    expect((await world.ask('POST', TEST)).json).toMatchObject({
      isAccepted: false,
      statusCode,
      cause: 'challenge-page',
      advice: expect.stringContaining('A proxy answered in place of the receiver'),
    });
  });

  it('says what the sign-in service answered, if the destination could not be asked without it', async () => {
    const format = { id: 'sentinel', options: { ruleId: 'dcr-0', directoryId: 'd', clientId: 'c' } };
    const refusal = { statusCode: 401, body: '{"error":"invalid_client"}' };
    const world = anApiWorld({ webhooks: [aWebhook({ format })], replies: [refusal] });
    const { json } = await world.ask('POST', TEST);
    expect(json).toMatchObject({
      isAccepted: false,
      error: 'no-token',
      answer: { body: '{"error":"invalid_client"}' },
      advice: expect.stringContaining('client secret'),
    });
    expect(json).not.toHaveProperty('statusCode');
    expect(world.client.requests).toHaveLength(1);
  });

  it('may be made only so often by a tenant, over all instances', async () => {
    const world = anApiWorld({ webhooks: [aWebhook(), aWebhook({ tenantId: aTenantId('globex') })] });
    for (let sends = 0; sends < world.limits.testSendsPerMinute; sends += 1) {
      expect((await world.ask('POST', TEST)).status).toBe(200);
      world.restart();
    }
    expect(await world.ask('POST', TEST)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '55' },
      json: { type: 'urn:thalian:webhooks:problem:too-many-test-sends' },
    });
    expect((await world.ask('POST', TEST, { tenantId: 'globex' })).status).toBe(200);
    world.clock.moveOn(55_000);
    expect((await world.ask('POST', TEST)).status).toBe(200);
  });
});
