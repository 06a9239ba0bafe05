/**
 * The whole story in one place, on in-memory queues and tables: a finding arrives, `dispatch` plans its deliveries,
 * `send` makes the attempts, the log says what became of them. Read it after the glossary in docs/design.md.
 */
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { useSecret } from '../../shared/webhook/webhook.ts';
import { anSqsEvent, messageRecord } from '../builders/delivery.ts';
import { aFinding, aFindingEvent, aTenantId } from '../builders/finding.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { MemoryEventList } from '../fakes/memory-event-list.ts';
import { MemoryNoticeMarks } from '../fakes/memory-notice-marks.ts';
import { MemoryUnreadFindings } from '../fakes/memory-unread-findings.ts';
import { aSendWorld, type SendWorldSettings } from '../fakes/send-world.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Both functions over the same stores and queues, with time that passes only when the story says so. */
function aService(settings: SendWorldSettings = {}) {
  const world = aSendWorld(settings);
  const { store, queues, returns, telemetry, clock } = world;
  const dispatch = createDispatch({
    webhooks: store,
    queues,
    rejected: queues,
    returns,
    strays: queues,
    events: new MemoryEventList(),
    unread: new MemoryUnreadFindings(),
    notices: new MemoryNoticeMarks(),
    log: world.log,
    telemetry,
    clock,
  });
  const send = async (message: Parameters<typeof messageRecord>[0]) => {
    expect(await world.receive(messageRecord(message))).toEqual([]);
  };

  return {
    ...world,
    async publish(event: string): Promise<void> {
      expect((await dispatch(anSqsEvent({ body: event }))).batchItemFailures).toEqual([]);
      for (const { message } of queues.planned.splice(0)) {
        await send(message);
      }
    },
    /** Lets the retry queue run dry, waiting out every delay; answers the delays in seconds. */
    async waitForRetries(): Promise<number[]> {
      const delays: number[] = [];
      for (let next = queues.retries.shift(); next !== undefined; next = queues.retries.shift()) {
        delays.push(next.delaySeconds);
        clock.moveOn(next.delaySeconds * 1000);
        await send(next.message);
      }
      return delays;
    },
    send,
    row() {
      return [...world.log.rows.values()][0];
    },
  };
}

describe('from a finding to its outcome', () => {
  it('delivers a finding that matches, signed, and records it', async () => {
    const service = aService();
    const secret = await service.secrets.create(aTenantId(), aWebhookId(), 'v1', { signing: { current: SECRET } });
    service.store.webhooks.set('acme#wh_siem', aWebhook({ secret }));
    service.clock.moveOn(Date.now() - service.clock.now());

    await service.publish(aFindingEvent());

    const [request] = service.client.requests;
    expect(new StandardWebhook(SECRET).verify(request?.body ?? '', { ...request?.headers })).toEqual({
      type: 'finding.detected',
      timestamp: aFinding().detectedAt,
      data: aFinding(),
    });
    expect(service.row()).toMatchObject({ status: 'delivered', lastAttempt: 1, attempts: [{ statusCode: 200 }] });
  });

  it('sends nothing for a finding below the threshold, for alerts that are off, or to another tenant', async () => {
    const service = aService({
      webhooks: [
        aWebhook({ webhookId: aWebhookId('wh_1'), alerts: { enabled: true, minSeverity: 'critical' } }),
        aWebhook({ webhookId: aWebhookId('wh_2'), alerts: { enabled: false, minSeverity: 'info' } }),
        aWebhook({ webhookId: aWebhookId('wh_3'), tenantId: aTenantId('globex') }),
      ],
    });
    await service.publish(aFindingEvent());
    expect(service.client.requests).toEqual([]);
    expect(service.log.rows.size).toBe(0);
  });

  it('tries again after 30 s and 2 min, with the same id and the same body, until the receiver accepts', async () => {
    const service = aService({ replies: [500, 503, 200] });
    await service.publish(aFindingEvent());
    const [first, second, ...none] = await service.waitForRetries();
    expect(first).toBeGreaterThanOrEqual(30);
    expect(first).toBeLessThanOrEqual(37);
    expect(second).toBeGreaterThanOrEqual(120);
    expect(second).toBeLessThanOrEqual(145);
    expect(none).toEqual([]);

    expect(service.client.requests).toHaveLength(3);
    expect(new Set(service.client.requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(service.client.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(service.row()).toMatchObject({ status: 'delivered', lastAttempt: 3 });
  });

  it('makes a later attempt with the options that the webhook has by then', async () => {
    const toIndex = (index: string) => aWebhook({ format: { id: 'splunk-hec', options: { index } } });
    const service = aService({ webhooks: [toIndex('main')], replies: [500, { statusCode: 200, body: '{"code":0}' }] });
    await service.publish(aFindingEvent());
    service.store.webhooks.set('acme#wh_siem', toIndex('security'));
    await service.waitForRetries();
    const indexes = service.client.requests.map(({ body }) => JSON.parse(body).index);
    expect(indexes).toEqual(['main', 'security']);
  });

  it('gives up after four attempts, shows the failure, and leaves a redrive message', async () => {
    const service = aService({ replies: [{ statusCode: 500, body: 'database is down' }] });
    await service.publish(aFindingEvent());
    expect(await service.waitForRetries()).toHaveLength(3);

    expect(service.client.requests).toHaveLength(4);
    expect(service.row()).toMatchObject({ status: 'failed', reason: 'exhausted', lastAttempt: 4 });
    expect(service.row()?.attempts.map(({ response }) => response)).toEqual(Array(4).fill('database is down'));
    expect(service.queues.redriveMessages).toMatchObject([{ attempt: 5, attemptLimit: 8, reopen: 'operator' }]);
  });

  it('re-opens the delivery when the redrive message is moved to the retry queue, and delivers it', async () => {
    const service = aService({ replies: [500, 500, 500, 500, 200] });
    await service.publish(aFindingEvent());
    await service.waitForRetries();
    const [redriveMessage] = service.queues.redriveMessages;
    if (redriveMessage === undefined) {
      throw new Error('no redrive message');
    }
    await service.send(redriveMessage);
    expect(service.row()).toMatchObject({ status: 'delivered', lastAttempt: 5 });
    // A second copy of the redrive message finds it delivered.
    await service.send(redriveMessage);
    expect(service.client.requests).toHaveLength(5);
  });

  it('waits as long as the receiver asks, in hops of at most 900 s, and uses up no attempt on the way', async () => {
    const service = aService({ replies: [{ statusCode: 429, headers: { 'retry-after': '2000' } }, 200] });
    await service.publish(aFindingEvent());
    const detected = service.clock.now();
    expect(await service.waitForRetries()).toEqual([900, 900, 200]);
    expect(service.clock.now() - detected).toBe(2_000_000);
    expect(service.row()).toMatchObject({ status: 'delivered', lastAttempt: 2 });
  });

  it('obeys what the tenant changes while a retry waits', async () => {
    const service = aService({ replies: [500, 200] });
    await service.publish(aFindingEvent());
    service.store.webhooks.set('acme#wh_siem', aWebhook({ state: { kind: 'paused' } }));
    await service.waitForRetries();
    expect(service.client.requests).toHaveLength(1);
    expect(service.row()).toMatchObject({ status: 'cancelled', reason: 'webhook-paused' });
  });

  it('signs with the new and the old secret while a rotation lasts', async () => {
    const service = aService({ replies: [500, 200] });
    const old = { signing: { current: 'the-old-secret-of-acme' } };
    const secret = await service.secrets.create(aTenantId(), aWebhookId(), 'v1', old);
    const webhook = useSecret(aWebhook(), secret, old);
    service.store.webhooks.set('acme#wh_siem', webhook);
    await service.publish(aFindingEvent());

    const previous = [{ secret: 'the-old-secret-of-acme', until: service.clock.now() + 3_600_000 }];
    const both = { signing: { current: 'the-new-secret-of-acme', previous } };
    const rotated = await service.secrets.replace(aTenantId(), secret, 'v2', both);
    service.store.webhooks.set('acme#wh_siem', useSecret(webhook, rotated, both));
    await service.waitForRetries();

    const signatures = service.client.requests.map(({ headers }) => headers['webhook-signature']?.split(' ').length);
    expect(signatures).toEqual([1, 2]);
  });

  it('repairs a finding that is not as asked, and delivers it', async () => {
    const service = aService();
    const finding = {
      ...aFinding({ id: `/subscriptions/${'x'.repeat(150)}` }),
      severity: { level: 'HIGH' },
      detectedAt: 'today',
      remediation: { summary: 'Look.', url: 'portal.azure.com/#blade' },
    };
    await service.publish(aFindingEvent({ tenantId: 'acme', finding }));
    expect(JSON.parse(service.client.requests[0]?.body ?? '').data).toEqual({
      ...finding,
      severity: { level: 'high', score: 80 },
      // Of its event.
      detectedAt: '2026-11-23T10:00:01.000Z',
      remediation: { summary: 'Look.\nportal.azure.com/#blade' },
    });
    expect(service.telemetry.counted('finding.repaired')).toBe(1);
    expect(service.row()).toMatchObject({ status: 'delivered' });
  });

  it('puts a finding that it cannot understand aside, with the reason', async () => {
    const service = aService();
    await service.publish(aFindingEvent({ tenantId: 'acme', finding: { id: 'fnd_1' } }));
    expect(service.queues.dead).toMatchObject([{ reason: expect.stringContaining('detail.finding.title') }]);
    expect(service.client.requests).toEqual([]);
  });
});
