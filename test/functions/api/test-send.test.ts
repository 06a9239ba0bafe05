import { describe, expect, it } from 'vitest';
import { FINDING_BOUNDS, type Finding } from '../../../shared/finding/finding.ts';
import { SAMPLE_FINDING } from '../../../shared/finding/sample-finding.ts';
import { SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';
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

describe('the finding of a test send', () => {
  const DELIVERY = aDeliveryMessage().deliveryId;
  const aWorldWith = (finding: Finding = SAMPLE_FINDING, of: Parameters<typeof aDeliveryRow>[0] = {}) =>
    anApiWorld({
      webhooks: [
        aWebhook(),
        aWebhook({ webhookId: aWebhookId('wh_other') }),
        aWebhook({ tenantId: aTenantId('globex') }),
      ],
      rows: [aDeliveryRow({ deliveryId: DELIVERY, finding: JSON.stringify(finding), ...of })],
    });
  const sent = (world: ReturnType<typeof anApiWorld>, index = -1) =>
    JSON.parse(world.client.requests.at(index)?.body ?? '').data;

  it.each([
    ['no body', {}],
    ['no body, though the media type of one', { headers: { 'content-type': 'application/json' } }],
    ['an empty request', { body: {} }],
    ['the severity of the sample', { body: { severity: 'info' } }],
  ])('is the sample for %s', async (_, request) => {
    const world = aWorldWith();
    expect((await world.ask('POST', TEST, request)).status).toBe(200);
    expect(sent(world)).toMatchObject({
      id: 'fnd_test',
      title: 'Test from Thalian: this webhook works',
      severity: { level: 'info', score: 0 },
    });
  });

  it('has the severity that was asked for, and for each an id of its own', async () => {
    const world = aWorldWith();
    const ids = new Set<string>();
    for (const severity of SEVERITY_LEVELS) {
      expect(await world.ask('POST', TEST, { body: { severity } })).toMatchObject({ status: 200 });
      expect(sent(world)).toMatchObject({
        id: expect.stringMatching(/^fnd_test/),
        title: expect.stringMatching(/^Test from Thalian: /),
        severity: { level: severity },
      });
      ids.add(sent(world).id);
      world.clock.moveOn(60_000);
    }
    expect(ids.size).toBe(SEVERITY_LEVELS.length);
  });

  it('is that of a delivery, marked as a test and else as it was', async () => {
    const world = aWorldWith();
    await world.ask('POST', TEST, { body: { deliveryId: DELIVERY } });
    expect(sent(world)).toEqual({
      ...SAMPLE_FINDING,
      id: `fnd_test_${DELIVERY}`,
      title: `Test from Thalian: ${SAMPLE_FINDING.title}`,
    });
    expect(world.client.requests[0]?.headers['webhook-id']).toMatch(/^dlv_test_/);
    expect([world.log.rows.size, world.store.updates, world.queues.retries]).toEqual([1, 0, []]);
  });

  it('keeps to the greatest length of a title', async () => {
    const world = aWorldWith({ ...SAMPLE_FINDING, title: 'x'.repeat(FINDING_BOUNDS.titleCharacters) });
    await world.ask('POST', TEST, { body: { deliveryId: DELIVERY } });
    expect(sent(world).title).toHaveLength(FINDING_BOUNDS.titleCharacters);
  });

  it("may be of another of the tenant's webhooks", async () => {
    const world = aWorldWith(SAMPLE_FINDING, { webhookId: aWebhookId('wh_other') });
    expect(await world.ask('POST', TEST, { body: { deliveryId: DELIVERY } })).toMatchObject({ status: 404 });
    const body = { deliveryId: DELIVERY, webhookId: 'wh_other' };
    expect(await world.ask('POST', TEST, { body })).toMatchObject({ status: 200 });
    expect(sent(world).title).toContain(SAMPLE_FINDING.title);
  });

  it.each([TEST, `${TEST}/preview`])("is never another tenant's: %s", async (path) => {
    const world = aWorldWith(SAMPLE_FINDING, { tenantId: aTenantId('globex') });
    for (const body of [{ deliveryId: DELIVERY }, { deliveryId: DELIVERY, webhookId: 'wh_siem' }]) {
      const { status, text } = await world.ask('POST', path, { body });
      expect(status).toBe(404);
      expect(text).not.toContain(SAMPLE_FINDING.title);
    }
    expect(world.client.requests).toEqual([]);
    expect((await world.ask('POST', path, { body: { deliveryId: DELIVERY }, tenantId: 'globex' })).status).toBe(200);
  });

  it.each([
    [{ severity: 'grave' }, 'severity', /critical/],
    [{ severity: 'high', deliveryId: DELIVERY }, 'severity', /not both/],
    [{ webhookId: 'wh_other' }, 'webhookId', /Name the delivery/],
    [{ findingId: 'fnd_1' }, 'findingId', /./],
  ])('is refused in plain words: %j', async (body, field, words) => {
    const world = aWorldWith();
    expect(await world.ask('POST', TEST, { body })).toMatchObject({
      status: 422,
      json: { errors: [{ field, message: expect.stringMatching(words) }] },
    });
    expect(world.client.requests).toEqual([]);
  });

  it('that is not found uses up none of the test sends', async () => {
    const world = aWorldWith();
    for (let tries = 0; tries < world.limits.testSendsPerMinute; tries += 1) {
      expect((await world.ask('POST', TEST, { body: { deliveryId: 'dlv_none' } })).status).toBe(404);
    }
    expect((await world.ask('POST', TEST)).status).toBe(200);
  });

  it('is shown beforehand as it will go, with secrets masked, and nothing is sent', async () => {
    const world = aWorldWith();
    await world.ask('POST', '/v1/webhooks/wh_siem/secret', { body: { secret: 'a-secret-of-our-own' } });
    const body = { deliveryId: DELIVERY };
    const { json, text } = await world.ask('POST', `${TEST}/preview`, { body });
    expect(json.request).toMatchObject({
      method: 'POST',
      url: 'https://siem.example/hook',
      headers: {
        'webhook-id': expect.stringMatching(/^dlv_test_/),
        'x-thalian-signature': expect.stringContaining('v1=***'),
      },
    });
    expect(text).not.toContain('of-our-own');
    expect(world.client.requests).toEqual([]);
    await world.ask('POST', TEST, { body });
    expect(JSON.parse(json.request.body).data).toEqual(sent(world));
  });
});
