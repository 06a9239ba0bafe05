/** Events of one finding at a webhook that chose more than detections: their order, and what becomes of what is overtaken. */
import { describe, expect, it } from 'vitest';
import { planDeliveries } from '../../../shared/delivery/plan-deliveries.ts';
import { LEASE_MILLIS } from '../../../shared/delivery/retry-cycle.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { FIRST_DETECTION, type Lifecycle } from '../../../shared/finding/lifecycle.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { messageRecord } from '../../builders/delivery.ts';
import { aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { aSendWorld, type SendWorldSettings } from '../../fakes/send-world.ts';

const UPDATED: Lifecycle = { event: 'updated', revision: 2 };
const RESOLVED: Lifecycle = { event: 'resolved', revision: 3 };
const REOPENED: Lifecycle = { event: 'reopened', revision: 4 };

function aLifecycleWebhook(overrides: Partial<Webhook> = {}): Webhook {
  return aWebhook({ payloadVersion: 2, events: ['updated', 'resolved', 'reopened'], ...overrides });
}

function aWorld(settings: Omit<SendWorldSettings, 'webhooks'> = {}, webhook = aLifecycleWebhook()) {
  const world = aSendWorld({ webhooks: [webhook], ...settings });
  const messageOf = (lifecycle: Lifecycle, finding: Partial<Finding> = {}) => {
    const [planned] = planDeliveries(aTenantId(), aFinding(finding), [webhook], lifecycle);
    if (planned === undefined) {
      throw new Error('nothing is planned');
    }
    return planned.message;
  };
  return {
    ...world,
    messageOf,
    send: (lifecycle: Lifecycle) => world.receive(messageRecord(messageOf(lifecycle))),
    rowOf: (lifecycle: Lifecycle) => world.log.rows.get(`acme#wh_siem#${messageOf(lifecycle).deliveryId}`),
    /** What the receiver got, in its order. */
    got: () =>
      world.client.requests.map(({ body }) => JSON.parse(body)).map(({ type, revision }) => `${revision} ${type}`),
  };
}

describe('the events of a finding', () => {
  it('are sent in their order, each a delivery of its own, with event and revision', async () => {
    const world = aWorld({ replies: [200, 200, 200, 200] });
    for (const lifecycle of [FIRST_DETECTION, UPDATED, RESOLVED, REOPENED]) {
      expect(await world.send(lifecycle)).toEqual([]);
      expect(world.rowOf(lifecycle)).toMatchObject({ status: 'delivered' });
    }
    expect(world.got()).toEqual([
      '1 finding.detected',
      '2 finding.updated',
      '3 finding.resolved',
      '4 finding.reopened',
    ]);
    expect(world.client.requests.map(({ headers }) => headers['x-thalian-event'])).toEqual([
      'finding.detected',
      'finding.updated',
      'finding.resolved',
      'finding.reopened',
    ]);
  });

  it('come as detections alone, and without a call more, to a webhook that chose nothing else', async () => {
    const world = aWorld({ replies: [200] }, aWebhook());
    await world.send(FIRST_DETECTION);
    expect(world.marks.calls).toBe(0);
    expect(planDeliveries(aTenantId(), aFinding(), [aWebhook()], RESOLVED)).toEqual([]);
    expect(planDeliveries(aTenantId(), aFinding(), [aLifecycleWebhook({ events: ['updated'] })], RESOLVED)).toEqual([]);
  });

  it('are not sent under payload version 1, which could not say what they are', () => {
    const { payloadVersion: _newest, ...old } = aLifecycleWebhook();
    expect(planDeliveries(aTenantId(), aFinding(), [old], RESOLVED)).toEqual([]);
  });
});

describe('an earlier revision', () => {
  it('is superseded once a later one was begun, and says so', async () => {
    const world = aWorld({ replies: [200] });
    await world.send(UPDATED);
    expect(await world.send(FIRST_DETECTION)).toEqual([]);
    expect(world.got()).toEqual(['2 finding.updated']);
    expect(world.rowOf(FIRST_DETECTION)).toMatchObject({ status: 'cancelled', reason: 'superseded' });
    expect(world.telemetry.counted('delivery.superseded')).toBe(1);
  });

  it('is superseded on its retry, and uses up no attempt', async () => {
    const world = aWorld({ replies: [500, 200] });
    await world.send(FIRST_DETECTION);
    const [retry] = world.queues.retries;
    await world.send(UPDATED);
    world.clock.moveOn(60_000);
    await world.receive(messageRecord(retry?.message ?? world.messageOf(FIRST_DETECTION), { queue: 'retry' }));
    expect(world.got()).toEqual(['1 finding.detected', '2 finding.updated']);
    expect(world.rowOf(FIRST_DETECTION)).toMatchObject({ status: 'cancelled', reason: 'superseded', lastAttempt: 1 });
  });

  it('is superseded when its redrive message comes back, and is failed no more', async () => {
    const world = aWorld({ replies: [500, 200] });
    const message = world.messageOf(FIRST_DETECTION);
    await world.receive(messageRecord({ ...message, attemptLimit: 1 }));
    expect(world.rowOf(FIRST_DETECTION)).toMatchObject({ status: 'failed', reason: 'exhausted' });
    await world.send(UPDATED);
    const redriven = { ...message, attempt: 2, attemptLimit: 5, reopen: 'operator' } as const;
    expect(await world.receive(messageRecord(redriven, { queue: 'retry' }))).toEqual([]);
    expect(world.rowOf(FIRST_DETECTION)).toMatchObject({ status: 'cancelled', reason: 'superseded' });
    expect(world.got()).toHaveLength(2);
  });

  it('is sent although a later one of another finding was begun', async () => {
    const world = aWorld({ replies: [200, 200] });
    await world.receive(messageRecord(world.messageOf(UPDATED, { id: 'fnd_other' })));
    await world.send(FIRST_DETECTION);
    expect(world.got()).toEqual(['2 finding.updated', '1 finding.detected']);
  });
});

describe('a first attempt', () => {
  it('goes on under the mark that it has written, although the first response to that was lost', async () => {
    const world = aWorld({ replies: [200] });
    const advance = world.marks.advance.bind(world.marks);
    // The SDK repeats the write, and meets what it has written itself.
    world.marks.advance = async (...args) => {
      await advance(...args);
      return advance(...args);
    };
    expect(await world.send(FIRST_DETECTION)).toEqual([]);
    expect(world.got()).toEqual(['1 finding.detected']);
  });

  it('that another worker has recorded meanwhile is not made again', async () => {
    const world = aWorld({ replies: [200, 200] });
    const message = world.messageOf(FIRST_DETECTION);
    // Two messages of one delivery: the second is read before the first is recorded.
    const [first, second] = [messageRecord(message), messageRecord(message, { receiveCount: 2 })];
    const { read } = world.reader;
    const stale = await read.call(world.reader, [message]);
    await world.receive(first);
    world.reader.read = async () => stale;
    expect(await world.receive(second)).toEqual([]);
    expect(world.got()).toEqual(['1 finding.detected']);
  });
});

describe('a later revision', () => {
  it('waits while an earlier one may be under way, and uses up no attempt', async () => {
    const world = aWorld({ replies: [200] });
    const { deliveryId } = world.messageOf(FIRST_DETECTION);
    // A worker has begun the detection, and has not recorded it.
    world.marks.marks.set('acme#wh_siem#fnd_01JDPX8Z', {
      ...{ revision: 1, isOpened: true, deliveryId, attempt: 1, lease: 'of-another', expiresAt: 0 },
      leaseUntil: world.clock.now() + LEASE_MILLIS,
    });
    expect(await world.send(UPDATED)).toHaveLength(1);
    expect(world.got()).toEqual([]);
    expect(world.rowOf(UPDATED)).toBeUndefined();
    world.clock.moveOn(LEASE_MILLIS);
    expect(await world.send(UPDATED)).toEqual([]);
    expect(world.got()).toEqual(['2 finding.updated']);
  });

  it('goes at once when the earlier one is on record', async () => {
    const world = aWorld({ replies: [500, 200] });
    await world.send(FIRST_DETECTION);
    expect(await world.send(UPDATED)).toEqual([]);
    expect(world.got()).toEqual(['1 finding.detected', '2 finding.updated']);
  });

  it('is tried again after its own failure, without waiting for itself', async () => {
    const world = aWorld({ replies: [500, 200] });
    await world.send(UPDATED);
    world.clock.moveOn(31_000);
    const [retry] = world.queues.retries;
    expect(retry?.message).toMatchObject({ attempt: 2, event: 'updated', revision: 2 });
    const record = messageRecord(retry?.message ?? world.messageOf(UPDATED), { queue: 'retry' });
    world.clock.moveOn(10_000);
    expect(await world.receive(record)).toEqual([]);
    expect(world.got()).toEqual(['2 finding.updated', '2 finding.updated']);
  });
});

describe('a resolution', () => {
  it('is sent to a webhook that got the finding, although its threshold has risen since', async () => {
    const world = aWorld({ replies: [200, 200] });
    await world.send(FIRST_DETECTION);
    const { alerts } = aLifecycleWebhook();
    world.store.webhooks.set('acme#wh_siem', aLifecycleWebhook({ alerts: { ...alerts, minSeverity: 'critical' } }));
    await world.send(RESOLVED);
    expect(world.got()).toEqual(['1 finding.detected', '3 finding.resolved']);
  });

  it('is not sent to a webhook that never got the finding, nor is a detection that comes after it', async () => {
    const world = aWorld();
    expect(await world.send(RESOLVED)).toEqual([]);
    expect(world.rowOf(RESOLVED)).toMatchObject({ status: 'cancelled', reason: 'not-detected' });
    expect(await world.send(FIRST_DETECTION)).toEqual([]);
    expect(world.rowOf(FIRST_DETECTION)).toMatchObject({ status: 'cancelled', reason: 'superseded' });
    expect(world.got()).toEqual([]);
  });

  it('is sent after all if the detection is begun before it is passed over', async () => {
    const world = aWorld({ replies: [200, 200] });
    const advance = world.marks.advance.bind(world.marks);
    world.marks.advance = async (tenantId, webhookId, findingId, change) => {
      if (change.set.deliveryId === undefined) {
        world.marks.advance = advance;
        await world.send(FIRST_DETECTION);
      }
      return advance(tenantId, webhookId, findingId, change);
    };
    expect(await world.send(RESOLVED)).toEqual([]);
    expect(world.got()).toEqual(['1 finding.detected', '3 finding.resolved']);
  });

  it('lets the finding be opened again', async () => {
    const world = aWorld({ replies: [200] });
    await world.send(RESOLVED);
    await world.send(REOPENED);
    expect(world.got()).toEqual(['4 finding.reopened']);
  });

  it('is not sent while alerts are off, nor to a paused webhook', async () => {
    const { alerts } = aLifecycleWebhook();
    const off = aLifecycleWebhook({ alerts: { ...alerts, enabled: false } });
    const paused = aLifecycleWebhook({ state: { kind: 'paused' } });
    expect(planDeliveries(aTenantId(), aFinding(), [off, paused], RESOLVED)).toEqual([]);
  });
});
