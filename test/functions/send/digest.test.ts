/** A webhook of a chat that takes its findings together: who goes with the digest, when it goes, and what becomes of each. */
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { COLLECT_AFTER_MILLIS, digestName, membersOf } from '../../../shared/delivery/digest.ts';
import { planDeliveries } from '../../../shared/delivery/plan-deliveries.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { FIRST_DETECTION, type Lifecycle } from '../../../shared/finding/lifecycle.ts';
import { windowEnd } from '../../../shared/webhook/digest-choice.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { messageRecord } from '../../builders/delivery.ts';
import { aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import type { Reply } from '../../fakes/scripted-webhook-client.ts';
import { aSendWorld, type SendWorldSettings } from '../../fakes/send-world.ts';

const OK: Reply = { statusCode: 200, body: 'ok' };
const MINUTES = 60;

function aDigestWebhook(overrides: Partial<Webhook> = {}): Webhook {
  return aWebhook({ format: { id: 'slack', options: {} }, digest: { minutes: MINUTES }, ...overrides });
}

const medium = (id: string, overrides: Partial<Finding> = {}): Partial<Finding> => ({
  id,
  title: `Finding ${id}`,
  severity: { level: 'medium', score: 50 },
  ...overrides,
});

function fail(): never {
  throw new Error('there is no row');
}

function aWorld(settings: Omit<SendWorldSettings, 'webhooks'> = {}, webhook = aDigestWebhook()) {
  const world = aSendWorld({ webhooks: [webhook], replies: [OK], vendorPaceFactor: 0.000_001, ...settings });
  const endsAt = windowEnd(world.clock.now(), MINUTES);
  const { digestId } = digestName(webhook.tenantId, webhook.webhookId, endsAt);
  const find = (deliveryId: string) => world.log.rows.get(`acme#wh_siem#${deliveryId}`);
  const messageOf = (finding: Partial<Finding>, lifecycle: Lifecycle = FIRST_DETECTION): DeliveryMessage => {
    const [planned] = planDeliveries(aTenantId(), aFinding(finding), [webhook], lifecycle);
    if (planned === undefined) {
      throw new Error('nothing is planned');
    }
    return planned.message;
  };
  /** The latest message of the digest, received once it is due. */
  const sendDigest = async (id: string = digestId) => {
    const message = world.queues.retries.map((sent) => sent.message).findLast(({ deliveryId }) => deliveryId === id);
    if (message === undefined) {
      throw new Error('the digest has no message');
    }
    const dueAt = find(id)?.nextAttemptAt ?? 0;
    world.clock.moveOn(Math.max(0, dueAt - world.clock.now()));
    return world.receive(messageRecord(message, { queue: 'retry' }));
  };
  return {
    ...world,
    endsAt,
    digestId,
    messageOf,
    sendDigest,
    detect: (finding: Partial<Finding>, lifecycle?: Lifecycle) => {
      // Slack's pace, a thousandth of it: the next turn is there.
      world.clock.moveOn(10);
      return world.receive(messageRecord(messageOf(finding, lifecycle)));
    },
    /** What the digest has sent for those that it left out. */
    async pushOn() {
      for (const { message } of world.queues.retries.filter((sent) => sent.message.digestEndsAt === undefined)) {
        await world.receive(messageRecord(message, { queue: 'retry' }));
      }
    },
    rowOf: (finding: Partial<Finding>, lifecycle?: Lifecycle) => find(messageOf(finding, lifecycle).deliveryId),
    digest: (id: string = digestId) => find(id),
    posts: () => world.client.requests,
    retriesOf: (id: string) => world.queues.retries.filter(({ message }) => message.deliveryId === id),
    change: (overrides: Partial<Webhook>) =>
      void world.store.webhooks.set('acme#wh_siem', { ...webhook, ...overrides, revision: webhook.revision + 1 }),
  };
}

describe('a finding for a webhook with a digest', () => {
  it('waits for the end of the window, and nothing is sent', async () => {
    const world = aWorld();
    expect(await world.detect(medium('a'))).toEqual([]);
    expect(world.posts()).toEqual([]);
    expect(world.rowOf(medium('a'))).toMatchObject({
      status: 'pending',
      lastAttempt: 0,
      digestId: world.digestId,
      digestEndsAt: world.endsAt,
    });
    expect(world.digest()).toMatchObject({ status: 'pending', nextAttemptAt: world.endsAt + COLLECT_AFTER_MILLIS });
  });

  it('opens one digest, whose one message hops to the end of the window', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    await world.detect(medium('b'));
    expect(world.queues.retries).toHaveLength(1);
    const [sent] = world.queues.retries;
    expect(sent).toMatchObject({ delaySeconds: 900, message: { digestEndsAt: world.endsAt, attempt: 1 } });
    await world.receive(messageRecord(sent?.message ?? world.messageOf({}), { queue: 'retry' }));
    expect(world.posts()).toEqual([]);
    expect(world.retriesOf(world.digestId)).toHaveLength(2);
  });

  it('is delivered with the others by one message, the gravest first', async () => {
    const world = aWorld();
    for (const finding of [medium('a'), medium('b', { severity: { level: 'high', score: 80 } }), medium('c')]) {
      await world.detect(finding);
    }
    expect(await world.sendDigest()).toEqual([]);
    expect(world.posts()).toHaveLength(1);
    const [post] = world.posts();
    expect(post?.headers['webhook-id']).toBe(world.digestId);
    expect(post?.headers['x-thalian-event']).toBe('finding.digest');
    expect(post?.body).toContain('3 findings: 1 high, 2 medium');
    expect(post?.body.indexOf('Finding b')).toBeLessThan(post?.body.indexOf('Finding a') ?? 0);
    expect(post?.body).toContain('https://console.example/integrations/webhooks/wh_siem');
    for (const id of ['a', 'c']) {
      expect(world.rowOf(medium(id))).toMatchObject({
        status: 'delivered',
        digestId: world.digestId,
        attempts: [{ number: 1, statusCode: 200 }],
      });
    }
    expect(world.digest()).toMatchObject({ status: 'delivered' });
    expect(world.digest()?.reconcileAt).toBeUndefined();
    expect(world.telemetry.counted('delivery.delivered')).toBe(3);
  });

  it('goes at once if it is critical', async () => {
    const world = aWorld();
    await world.detect(medium('a', { severity: { level: 'critical', score: 99 } }));
    expect(world.posts()).toHaveLength(1);
    expect(world.digest()).toBeUndefined();
  });

  it('goes alone to a destination that takes one finding at a time, and without the choice', async () => {
    for (const webhook of [aDigestWebhook({ format: { id: 'json', options: {} } }), aWebhook()]) {
      const world = aWorld({ replies: [200] }, webhook);
      await world.detect(medium('a'));
      expect(world.posts()).toHaveLength(1);
      expect(world.digestMembers.calls).toBe(0);
    }
  });

  it('waits once: its duplicate finds it waiting', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    expect(await world.detect(medium('a'))).toEqual([]);
    await world.sendDigest();
    expect(world.posts()[0]?.body).toContain('1 finding: 1 medium');
    expect(await world.detect(medium('a'))).toEqual([]);
    expect(world.posts()).toHaveLength(1);
  });

  it('goes alone once it is retried by hand', async () => {
    const world = aWorld({ replies: [OK] });
    await world.receive(messageRecord({ ...world.messageOf(medium('a')), reopen: 'user' }));
    expect(world.posts()).toHaveLength(1);
  });
});

describe('a finding that its digest does not have', () => {
  it('because the index did not show it, goes with one that is due at once', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    await world.detect(medium('late'));
    world.digestMembers.unseen.add(world.messageOf(medium('late')).deliveryId);
    const before = world.queues.retries.length;
    await world.sendDigest();
    world.digestMembers.unseen.clear();
    expect(world.posts()[0]?.body).not.toContain('Finding late');
    // Nothing has told it: its own look does, here the reconciler's.
    expect(world.queues.retries).toHaveLength(before);
    await world.detect(medium('late'));
    const next = digestName(aTenantId(), world.messageOf({}).webhookId, world.endsAt + 1);
    expect(world.rowOf(medium('late'))).toMatchObject({ status: 'pending', digestId: next.digestId });
    await world.sendDigest(next.digestId);
    expect(world.posts()).toHaveLength(2);
    expect(world.posts()[1]?.body).toContain('Finding late');
    expect(world.rowOf(medium('late'))).toMatchObject({ status: 'delivered', digestId: next.digestId });
  });

  it('goes otherwise while the digest is tried again, and never with it', async () => {
    const world = aWorld({ replies: [500, OK] });
    await world.detect(medium('a'));
    await world.detect(medium('late'));
    const { deliveryId } = world.messageOf(medium('late'));
    world.digestMembers.unseen.add(deliveryId);
    await world.sendDigest();
    world.digestMembers.unseen.clear();
    expect(world.digest()).toMatchObject({ status: 'pending', lastAttempt: 1 });
    const waiting = world.rowOf(medium('late'));
    await world.detect(medium('late'));
    expect(world.rowOf(medium('late'))?.digestId).not.toBe(world.digestId);
    // As if it had not looked yet: the members of the first attempt are those of the second.
    world.log.rows.set(`acme#wh_siem#${deliveryId}`, waiting ?? fail());
    await world.sendDigest();
    expect(world.posts()[1]?.body).toBe(world.posts()[0]?.body);
  });

  it('is pushed on by the digest, once the index shows it', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    await world.sendDigest();
    // Another worker computed the end of the window just before it, and wrote after the digest had chosen.
    const { deliveryId } = world.messageOf(medium('late'));
    const waiting = world.rowOf(medium('a'));
    const digest = world.digest();
    if (waiting === undefined || digest === undefined) {
      throw new Error('there is no row');
    }
    const { attempts: _made, ...rest } = { ...waiting, deliveryId, status: 'pending', lastAttempt: 0 } as const;
    world.log.rows.set(`acme#wh_siem#${deliveryId}`, { ...rest, attempts: [] });
    world.log.rows.set(`acme#wh_siem#${world.digestId}`, { ...digest, reconcileAt: 1 });
    await world.sendDigest();
    expect(world.retriesOf(deliveryId)).toMatchObject([{ message: { attempt: 1 }, delaySeconds: 0 }]);
  });
});

describe('a digest whose receiver refuses', () => {
  const REFUSED: Reply = { statusCode: 500, body: 'no' };

  it('is sent again with the same id and bytes', async () => {
    const world = aWorld({ replies: [REFUSED, OK] });
    await world.detect(medium('a'));
    await world.detect(medium('b'));
    await world.sendDigest();
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'pending', lastAttempt: 0 });
    await world.sendDigest();
    const [first, second] = world.posts();
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(world.rowOf(medium('b'))).toMatchObject({
      status: 'delivered',
      lastAttempt: 2,
      attempts: [
        { number: 1, statusCode: 500 },
        { number: 2, statusCode: 200 },
      ],
    });
  });

  it('has nothing that came after it was tried', async () => {
    const world = aWorld({ replies: [REFUSED, OK] });
    await world.detect(medium('a'));
    await world.sendDigest();
    await world.detect(medium('b'));
    await world.sendDigest();
    expect(world.posts()[1]?.body).toBe(world.posts()[0]?.body);
    expect(world.rowOf(medium('b'))).toMatchObject({ status: 'pending' });
    expect(world.rowOf(medium('b'))?.digestId).not.toBe(world.digestId);
  });

  it('ends after its fourth attempt: each of its findings has failed, with a redrive message of its own', async () => {
    const world = aWorld({ replies: [REFUSED] });
    await world.detect(medium('a'));
    await world.detect(medium('b'));
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await world.sendDigest();
    }
    expect(world.posts()).toHaveLength(4);
    expect(world.digest()).toMatchObject({ status: 'cancelled', reason: 'exhausted' });
    for (const id of ['a', 'b']) {
      expect(world.rowOf(medium(id))).toMatchObject({ status: 'failed', reason: 'exhausted', lastAttempt: 4 });
      expect(world.rowOf(medium(id))?.ticketSentAt).toBeDefined();
    }
    expect(world.queues.redriveMessages.map(({ attempt }) => attempt)).toEqual([5, 5]);
    expect(world.telemetry.counted('delivery.failed')).toBe(2);
    expect(world.announcer.announcements.filter(({ kind }) => kind === 'delivery-failed')).toHaveLength(2);
  });

  it('is not sent any more once it has ended; what is redriven goes with the digest of then', async () => {
    const world = aWorld({ replies: [REFUSED, REFUSED, REFUSED, REFUSED, OK] });
    await world.detect(medium('a'));
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await world.sendDigest();
    }
    const [redriven] = world.queues.redriveMessages;
    await world.receive(messageRecord(redriven ?? world.messageOf({}), { queue: 'retry' }));
    const row = world.rowOf(medium('a'));
    expect(row).toMatchObject({ status: 'pending', reopen: 'operator', lastAttempt: 4, attemptLimit: 8 });
    expect(row?.digestId).not.toBe(world.digestId);
    await world.sendDigest(row?.digestId);
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'delivered', lastAttempt: 5 });
    expect(world.posts()).toHaveLength(5);
  });

  it('that is gone disables the webhook, and its findings have failed for good', async () => {
    const world = aWorld({ replies: [{ statusCode: 410, body: 'gone' }] });
    await world.detect(medium('a'));
    await world.sendDigest();
    expect(world.store.webhooks.get('acme#wh_siem')?.state).toEqual({ kind: 'disabled', reason: 'gone' });
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'failed', reason: 'gone' });
    expect(world.queues.redriveMessages).toEqual([]);
  });
});

describe('a digest of a webhook that has changed', () => {
  it.each([
    ['is paused', { state: { kind: 'paused' } }, 'cancelled', 'webhook-paused'],
    ['is disabled', { state: { kind: 'disabled' } }, 'held', 'webhook-disabled'],
    ['has its alerts off', { alerts: { enabled: false, minSeverity: 'info' } }, 'cancelled', 'alerts-off'],
    ['has a higher threshold', { alerts: { enabled: true, minSeverity: 'high' } }, 'cancelled', 'below-threshold'],
  ] as const)('because it %s sends nothing, and its findings say why', async (_what, overrides, status, reason) => {
    const world = aWorld();
    await world.detect(medium('a'));
    world.change(overrides);
    await world.sendDigest();
    await world.pushOn();
    expect(world.posts()).toEqual([]);
    expect(world.rowOf(medium('a'))).toMatchObject({ status, reason });
    expect(world.digest()).toMatchObject({ status: 'cancelled' });
    expect(world.digest()?.reconcileAt).toBeUndefined();
  });

  it('and is deleted sends nothing', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    world.store.webhooks.clear();
    await world.sendDigest();
    await world.pushOn();
    expect(world.posts()).toEqual([]);
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'cancelled', reason: 'webhook-gone' });
  });

  it('leaves out what is below the threshold of now, and that says so', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    await world.detect(medium('b', { severity: { level: 'high', score: 80 } }));
    world.change({ alerts: { enabled: true, minSeverity: 'high' } });
    await world.sendDigest();
    expect(world.posts()[0]?.body).toContain('1 finding: 1 high');
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'cancelled', reason: 'below-threshold' });
    expect(world.rowOf(medium('b', { severity: { level: 'high', score: 80 } }))).toMatchObject({ status: 'delivered' });
  });

  it('and has no digests any more goes when it was to go', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    const { digest: _none, ...alone } = aDigestWebhook();
    world.store.webhooks.set('acme#wh_siem', alone);
    await world.sendDigest();
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'delivered', digestId: world.digestId });
  });
});

describe('a digest with events of a finding', () => {
  const webhook = aDigestWebhook({ payloadVersion: 2, events: ['updated', 'resolved', 'reopened'] });
  const UPDATED: Lifecycle = { event: 'updated', revision: 2 };
  const RESOLVED: Lifecycle = { event: 'resolved', revision: 3 };

  it('has the latest alone; the others are superseded', async () => {
    const world = aWorld({}, webhook);
    await world.detect(medium('a'));
    await world.detect(medium('a'), UPDATED);
    await world.sendDigest();
    expect(world.posts()[0]?.body).toContain('1 finding: 1 medium');
    expect(world.posts()[0]?.body).toContain('Updated: Medium');
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'cancelled', reason: 'superseded' });
    expect(world.rowOf(medium('a'), UPDATED)).toMatchObject({ status: 'delivered' });
  });

  it('has the detection where what came after it is not wanted any more', async () => {
    const world = aWorld({}, webhook);
    await world.detect(medium('a'));
    await world.detect(medium('a'), UPDATED);
    world.change({ events: ['resolved'] });
    await world.sendDigest();
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'delivered' });
    expect(world.rowOf(medium('a'), UPDATED)).toMatchObject({ status: 'cancelled', reason: 'event-not-chosen' });
  });

  it('leaves out what was resolved meanwhile, and is not sent if that was all', async () => {
    const world = aWorld({}, webhook);
    await world.detect(medium('a'));
    await world.detect(medium('a'), RESOLVED);
    await world.sendDigest();
    expect(world.posts()).toEqual([]);
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'cancelled', reason: 'superseded' });
    expect(world.rowOf(medium('a'), RESOLVED)).toMatchObject({ status: 'cancelled', reason: 'not-detected' });
  });

  it('says that a finding is resolved which an earlier one had', async () => {
    const world = aWorld({ replies: [OK, OK] }, webhook);
    await world.detect(medium('a'));
    await world.sendDigest();
    await world.detect(medium('a'), RESOLVED);
    const next = world.rowOf(medium('a'), RESOLVED)?.digestId;
    await world.sendDigest(next);
    expect(world.posts()[1]?.body).toContain('Resolved: Medium');
  });

  it('is sent again without what a critical update has overtaken meanwhile', async () => {
    const world = aWorld({ replies: [{ statusCode: 500, body: '' }, OK, OK] }, webhook);
    await world.detect(medium('a'));
    await world.detect(medium('b'));
    await world.sendDigest();
    const critical = medium('a', { severity: { level: 'critical', score: 99 } });
    await world.detect(critical, UPDATED);
    expect(world.posts()).toHaveLength(2);
    await world.sendDigest();
    expect(world.posts()[2]?.body).toContain('1 finding: 1 medium');
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'cancelled', reason: 'superseded' });
    expect(world.rowOf(medium('b'))).toMatchObject({ status: 'delivered' });
  });
});

describe('a digest whose worker dies', () => {
  it('after it was recorded settles its findings when its message comes back', async () => {
    const world = aWorld();
    await world.detect(medium('a'));
    await world.detect(medium('b'));
    const digest = world.digest();
    const ids = [medium('a'), medium('b')].map((finding) => world.messageOf(finding).deliveryId);
    if (digest === undefined) {
      throw new Error('there is no digest');
    }
    const { nextAttemptAt: _due, ...ended } = digest;
    world.log.rows.set(`acme#wh_siem#${world.digestId}`, {
      ...ended,
      status: 'delivered',
      lastAttempt: 1,
      attempts: [{ number: 1, at: 1, millis: 2, statusCode: 200 }],
      digestMembers: ids.join(','),
    });
    expect(membersOf(world.digest() ?? ended)).toEqual(ids);
    // A member that the reconciler has pushed on settles itself.
    await world.detect(medium('b'));
    expect(world.rowOf(medium('b'))).toMatchObject({ status: 'delivered' });
    await world.sendDigest();
    expect(world.rowOf(medium('a'))).toMatchObject({ status: 'delivered', attempts: [{ statusCode: 200 }] });
    expect(world.posts()).toEqual([]);
    expect(world.digest()?.reconcileAt).toBeUndefined();
  });
});

describe('the first sync', () => {
  const before = { detectedAt: '2026-10-01T00:00:00Z' };

  it('goes as everything else by default', async () => {
    const { digest: _none, ...webhook } = aDigestWebhook();
    const world = aWorld({}, webhook);
    await world.detect(medium('a', before));
    expect(world.posts()).toHaveLength(1);
  });

  it('goes together where a tenant chose so, whatever the severity; what is new goes at once', async () => {
    const { digest: _none, ...webhook } = aDigestWebhook({ firstSync: 'digest' });
    const world = aWorld({ replies: [OK, OK] }, webhook);
    await world.detect(medium('a', { ...before, severity: { level: 'critical', score: 99 } }));
    await world.detect(medium('b', before));
    expect(world.posts()).toEqual([]);
    await world.detect(medium('new'));
    expect(world.posts()).toHaveLength(1);
    await world.sendDigest();
    expect(world.posts()[1]?.body).toContain('2 findings: 1 critical, 1 medium');
  });

  it('is not sent where a tenant wants new findings alone', async () => {
    const webhook = aWebhook({ firstSync: 'new' });
    expect(planDeliveries(aTenantId(), aFinding(before), [webhook])).toEqual([]);
    const world = aWorld({}, aDigestWebhook());
    const message = world.messageOf(medium('a', before));
    world.change({ firstSync: 'new' });
    await world.receive(messageRecord(message));
    expect(world.rowOf(medium('a', before))).toMatchObject({ status: 'cancelled', reason: 'detected-before' });
  });
});
