import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/dispatch/handler.ts';
import { parseDeliveryMessage, serializeDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import { parseFindingEvent } from '../../../shared/finding/finding-event.schema.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { LIFECYCLE_MEMBER } from '../../../shared/topology/findings-source.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { anSqsEvent, type RecordOverrides } from '../../builders/delivery.ts';
import { aFinding, aFindingEvent, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryEventList } from '../../fakes/memory-event-list.ts';
import { MemoryNoticeMarks } from '../../fakes/memory-notice-marks.ts';
import { MemoryQueues } from '../../fakes/memory-queues.ts';
import { MemoryReturns } from '../../fakes/memory-returns.ts';
import { MemoryUnreadFindings } from '../../fakes/memory-unread-findings.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';
import { RecordingTelemetry } from '../../fakes/recording-telemetry.ts';

function aDispatchWorld(...webhooks: readonly Webhook[]) {
  const store = new MemoryWebhookStore(...webhooks);
  const queues = new MemoryQueues();
  const telemetry = new RecordingTelemetry();
  const clock = new ManualClock();
  const returns = new MemoryReturns();
  const strays = new MemoryQueues();
  const events = new MemoryEventList();
  const unread = new MemoryUnreadFindings();
  const handler = createHandler({
    webhooks: store,
    queues,
    rejected: queues,
    returns,
    strays,
    events,
    unread,
    notices: new MemoryNoticeMarks(),
    log: new MemoryDeliveryLog(),
    telemetry,
    clock,
  });
  return {
    store,
    queues,
    events,
    strays,
    unread,
    returns,
    telemetry,
    clock,
    /** Bodies, or whole records. */
    async receive(...records: readonly (string | RecordOverrides)[]): Promise<readonly string[]> {
      const event = anSqsEvent(...records.map((record) => (typeof record === 'string' ? { body: record } : record)));
      const { batchItemFailures } = await handler(event);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  };
}

function anEventOf(tenant: string, id = 'fnd_1'): string {
  return aFindingEvent({ tenantId: tenant, finding: aFinding({ id }) });
}

describe('a finding', () => {
  it('becomes one delivery per matching webhook of its tenant', async () => {
    const world = aDispatchWorld(
      aWebhook({ webhookId: aWebhookId('wh_a') }),
      aWebhook({ webhookId: aWebhookId('wh_b'), alerts: { enabled: false, minSeverity: 'info' } }),
      aWebhook({ webhookId: aWebhookId('wh_c'), alerts: { enabled: true, minSeverity: 'critical' } }),
      aWebhook({ webhookId: aWebhookId('wh_d') }),
      aWebhook({
        webhookId: aWebhookId('wh_github'),
        alerts: { enabled: true, minSeverity: 'info', platforms: ['github'] },
      }),
      aWebhook({ webhookId: aWebhookId('wh_e'), tenantId: aTenantId('globex') }),
    );
    expect(await world.receive(anEventOf('acme'))).toEqual([]);
    expect(world.queues.planned.map(({ message }) => message.webhookId)).toEqual(['wh_a', 'wh_d']);
    expect(world.telemetry.counted('delivery.planned')).toBe(2);
  });

  it('of a tenant without webhooks is done at once', async () => {
    const world = aDispatchWorld();
    expect(await world.receive(anEventOf('unknown'))).toEqual([]);
    expect(world.queues.planned).toEqual([]);
  });

  it('published twice gives the same delivery id twice', async () => {
    const world = aDispatchWorld(aWebhook());
    await world.receive(anEventOf('acme'), anEventOf('acme'));
    expect(new Set(world.queues.planned.map(({ message }) => message.deliveryId)).size).toBe(1);
  });
});

describe('bad input', () => {
  it.each([
    ['malformed JSON', '{"detail":'],
    [
      'an unknown severity',
      aFindingEvent({ tenantId: 'acme', finding: aFinding({ severity: { level: 'bad' } as never }) }),
    ],
    ['a missing tenant', aFindingEvent({ finding: aFinding() })],
    ['wrong types', aFindingEvent({ tenantId: 7, finding: [] })],
  ])('%s goes aside with a reason while the rest of the batch is delivered', async (_what, body) => {
    const world = aDispatchWorld(aWebhook());
    expect(await world.receive(anEventOf('acme', 'fnd_1'), body, anEventOf('acme', 'fnd_2'))).toEqual([]);
    expect(world.queues.planned).toHaveLength(2);
    expect(world.queues.dead).toEqual([{ body, reason: expect.stringMatching(/.{5,}/) }]);
    expect(world.telemetry.counted('finding.rejected')).toBe(1);
  });

  it('stays on the queue while its last stop is down: it is not lost either', async () => {
    const world = aDispatchWorld();
    world.queues.shut = true;
    expect(await world.receive('nonsense')).toEqual(['m1']);
  });
});

describe('the notice for a tenant', () => {
  const unreadable = (tenantId: unknown) => aFindingEvent({ tenantId, finding: {} });

  it('counts its findings that could not be read, once per batch', async () => {
    const world = aDispatchWorld(aWebhook());
    await world.receive(unreadable('acme'), anEventOf('acme'), unreadable('acme'));
    await world.receive(unreadable('acme'));
    const now = world.clock.now();
    expect(world.unread.writes).toEqual([
      { tenantId: 'acme', count: 2, at: now },
      { tenantId: 'acme', count: 1, at: now },
    ]);
  });

  it('counts what happened to a finding later, too, which a rule has wrapped', async () => {
    const world = aDispatchWorld(aWebhook());
    await world.receive(JSON.stringify({ [LIFECYCLE_MEMBER]: JSON.parse(unreadable('acme')) }));
    expect(world.unread.writes).toEqual([{ tenantId: 'acme', count: 1, at: world.clock.now() }]);
  });

  it.each([
    ['has no webhook', unreadable('globex')],
    ['cannot be read either', unreadable('a b')],
    ['is missing', unreadable(undefined)],
    ['is in no JSON', '{'],
  ])('is not left if the tenant %s', async (_what, body) => {
    const world = aDispatchWorld(aWebhook());
    expect(await world.receive(body)).toEqual([]);
    expect(world.queues.dead).toHaveLength(1);
    expect(world.unread.writes).toEqual([]);
    expect(world.telemetry.failures).toEqual([]);
  });

  it('that cannot be written is logged, and its findings are not set aside a second time', async () => {
    const world = aDispatchWorld(aWebhook());
    world.unread.shut = true;
    expect(await world.receive(unreadable('acme'), anEventOf('acme'))).toEqual([]);
    expect(world.queues.dead).toHaveLength(1);
    expect(world.queues.planned).toHaveLength(1);
    expect(world.telemetry.failures).toMatchObject([
      { event: 'notice.unwritten', fields: { tenantId: 'acme', findings: 1 } },
    ]);
  });

  it('does not count what is still on the queue', async () => {
    const world = aDispatchWorld(aWebhook());
    world.queues.shut = true;
    await world.receive(unreadable('acme'));
    expect(world.unread.writes).toEqual([]);
  });
});

describe('a later event of a finding', () => {
  const aLater = (detailType: string, rest: object = {}) => {
    const event = { ...JSON.parse(anEventOf('acme')), 'detail-type': detailType, time: '2026-11-23T09:00:00Z' };
    return JSON.stringify({ lifecycle: { ...event, detail: { ...event.detail, ...rest } } });
  };
  const wants = (...events: readonly ('updated' | 'resolved' | 'reopened')[]) =>
    aWebhook({ payloadVersion: 2, events });

  it.each([
    ['Finding Updated', 'updated'],
    ['Finding Resolved', 'resolved'],
    ['Finding Reopened', 'reopened'],
  ] as const)(
    '%s goes to the webhooks that chose it, with its revision, as a delivery of its own',
    async (type, event) => {
      const world = aDispatchWorld(wants(event));
      expect(await world.receive(aLater(type, { revision: 5 }), anEventOf('acme'))).toEqual([]);
      expect(world.queues.planned.map(({ message }) => [message.event, message.revision])).toEqual([
        [event, 5],
        [undefined, undefined],
      ]);
      expect(new Set(world.queues.planned.map(({ message }) => message.deliveryId)).size).toBe(2);
      expect(world.strays.dead).toEqual([]);
    },
  );

  it('without a revision has the time of its event, in milliseconds', async () => {
    const world = aDispatchWorld(wants('updated'));
    await world.receive(aLater('Finding Updated'));
    expect(world.queues.planned).toMatchObject([{ message: { revision: Date.parse('2026-11-23T09:00:00Z') } }]);
  });

  it('goes to no webhook that did not choose it, and is no stray', async () => {
    const world = aDispatchWorld(aWebhook());
    expect(await world.receive(aLater('Finding Resolved'))).toEqual([]);
    expect([world.queues.planned, world.strays.dead, world.queues.dead]).toEqual([[], [], []]);
  });

  it('is planned as a resolution although the threshold would refuse the finding, and only then', async () => {
    const { alerts } = aWebhook();
    const world = aDispatchWorld({ ...wants('updated', 'resolved'), alerts: { ...alerts, minSeverity: 'critical' } });
    await world.receive(aLater('Finding Resolved'), aLater('Finding Updated'));
    expect(world.queues.planned.map(({ message }) => message.event)).toEqual(['resolved']);
  });
});

describe('a stray event', () => {
  const aStray = (names: object) => `{"stray":${JSON.stringify({ ...JSON.parse(anEventOf('acme')), ...names })}}`;

  it.each([
    [
      'under another name',
      { 'detail-type': 'finding detected' },
      'detail-type: "finding detected" is not Finding Detected',
    ],
    ['of another source', { source: 'acme.test' }, 'source: "acme.test" is neither thalian.findings nor ours'],
    ['without names', { source: 7, 'detail-type': null }, 'source: "" is neither thalian.findings nor ours'],
  ])('%s is set aside whole, with its reason, and never delivered', async (_what, names, reason) => {
    const world = aDispatchWorld(aWebhook());
    const body = aStray(names);
    expect(await world.receive(body, anEventOf('acme'))).toEqual([]);
    expect(world.strays.dead).toEqual([{ body, reason }]);
    expect(world.queues.dead).toEqual([]);
    expect(world.queues.planned).toHaveLength(1);
    expect(world.telemetry.counted('event.set-aside')).toBe(1);
    expect(world.telemetry.counted('finding.rejected')).toBe(0);
    expect(world.telemetry.warnings).toMatchObject([{ event: 'event.set-aside', fields: { reason } }]);
  });

  it('is known by its wrapping, however it is written', async () => {
    const world = aDispatchWorld(aWebhook());
    const bodies = ['{"stray":', `{\n "stray" : {"detail":"${'x'.repeat(70)}"}}`];
    expect(await world.receive(...bodies)).toEqual([]);
    expect(world.strays.dead.map(({ body }) => body)).toEqual(bodies);
  });

  it('shows of its names what a line can show', async () => {
    const world = aDispatchWorld();
    await world.receive(aStray({ 'detail-type': `Finding \u202eDetected\n\ud83d${'x'.repeat(200)}` }));
    const [{ reason } = { reason: '' }] = world.strays.dead;
    expect(reason).toMatch(/^detail-type: "Finding Detected .x{46}" is not Finding Detected$/);
    expect(reason.isWellFormed()).toBe(true);
  });

  it('stays on the queue while there is nowhere to set it aside', async () => {
    const world = aDispatchWorld();
    world.strays.shut = true;
    expect(await world.receive(aStray({ source: 'acme.test' }))).toEqual(['m1']);
    expect(world.telemetry.counted('event.set-aside')).toBe(0);
  });

  it('is no finding to a version of dispatch that does not know it', () => {
    const { stray } = JSON.parse(aStray({ 'detail-type': 'finding detected' }));
    expect(parseFindingEvent(JSON.stringify(stray), Date.now()).kind).toBe('parsed');
    expect(parseFindingEvent(JSON.stringify({ stray }), Date.now()).kind).toBe('rejected');
  });
});

describe('a finding that is not as the contract asks', () => {
  const finding = { ...aFinding({ title: 'x'.repeat(1_000_000) }), detectedAt: 'hunter2', remediation: null };

  it('is repaired, delivered and counted, with the fields on one line and nothing of what they hold', async () => {
    const world = aDispatchWorld(aWebhook());
    const body = aFindingEvent({ tenantId: 'acme', finding });
    expect(await world.receive(anEventOf('acme'), { body, messageId: 'm7' })).toEqual([]);
    expect(world.queues.dead).toEqual([]);
    expect(world.queues.planned).toHaveLength(2);
    expect(world.telemetry.counted('finding.repaired')).toBe(1);
    expect(world.telemetry.byField).toEqual(
      ['title', 'detectedAt', 'remediation'].map((field) => `finding.repaired ${field}`),
    );
    const repairs = 'title cut, detectedAt filled-in, remediation filled-in';
    expect(world.telemetry.warnings).toEqual([
      { event: 'finding.repaired', fields: { messageId: 'm7', tenantId: 'acme', repairs } },
    ]);
  });

  it('has one delivery, however often its event is received', async () => {
    const world = aDispatchWorld(aWebhook());
    const { time: _none, ...event } = JSON.parse(aFindingEvent({ tenantId: 'acme', finding }));
    await world.receive(JSON.stringify(event));
    world.clock.moveOn(3_600_000);
    await world.receive(JSON.stringify(event));
    expect(new Set(world.queues.planned.map(({ message }) => message.deliveryId)).size).toBe(1);
  });

  it('has an id that send reads, however long it was published', async () => {
    const world = aDispatchWorld(aWebhook());
    await world.receive(anEventOf('acme', '🔑'.repeat(2_048)), anEventOf('acme', 'x'.repeat(5_000)));
    for (const { message } of world.queues.planned) {
      expect(parseDeliveryMessage(serializeDeliveryMessage(message))).toMatchObject({ kind: 'parsed' });
    }
    expect(world.queues.planned).toHaveLength(2);
  });
});

describe('a fault of our own', () => {
  it('keeps the findings of the tenant that could not be looked up, and no others', async () => {
    const world = aDispatchWorld(aWebhook());
    const list = world.store.list.bind(world.store);
    world.store.list = async (tenantId) => {
      if (tenantId === aTenantId('globex')) {
        throw new DependencyUnavailable('config-table', 'answer', new Error('throttled'));
      }
      return list(tenantId);
    };
    const returned = await world.receive(anEventOf('globex', 'f1'), anEventOf('acme'), anEventOf('globex', 'f2'));
    expect(returned).toEqual(['m1', 'm3']);
    expect(world.queues.planned).toHaveLength(1);
  });

  it('keeps the findings of which the queue did not take every delivery', async () => {
    const world = aDispatchWorld(
      aWebhook({ webhookId: aWebhookId('wh_a') }),
      aWebhook({ webhookId: aWebhookId('wh_b'), alerts: { enabled: true, minSeverity: 'critical' } }),
    );
    world.queues.refusing.add(aWebhookId('wh_b'));
    const critical = aFindingEvent({
      tenantId: 'acme',
      finding: aFinding({ severity: { level: 'critical', score: 99 } }),
    });
    expect(await world.receive(anEventOf('acme'), critical)).toEqual(['m2']);
  });

  it('keeps everything while the queue is down', async () => {
    const world = aDispatchWorld(aWebhook());
    world.queues.shut = true;
    expect(await world.receive(anEventOf('acme'), anEventOf('unknown'))).toEqual(['m1']);
    expect(world.telemetry.counted('item.returned')).toBe(1);
  });

  it("looks a tenant's webhooks up once per batch", async () => {
    const world = aDispatchWorld(aWebhook());
    let lookups = 0;
    const list = world.store.list.bind(world.store);
    world.store.list = (tenantId) => {
      lookups += 1;
      return list(tenantId);
    };
    await world.receive(anEventOf('acme', 'f1'), anEventOf('acme', 'f2'), anEventOf('acme', 'f3'));
    expect(lookups).toBe(1);
  });
});

describe('a fault that is no outage', () => {
  /** As a bug of ours might meet it: reading its alert rule throws. */
  const stumblingBlock = () => aWebhook({ tenantId: aTenantId('globex'), alerts: undefined as never });

  it('is told apart from an outage, and its finding comes back while a deployment may mend it', async () => {
    const world = aDispatchWorld(aWebhook(), stumblingBlock());
    const record = { body: anEventOf('globex'), receiveCount: 24 };
    expect(await world.receive(anEventOf('acme'), record)).toEqual(['m2']);
    expect(world.telemetry.failures).toMatchObject([{ event: 'finding.broken', fields: { messageId: 'm2' } }]);
    expect(world.telemetry.counted('finding.broken')).toBe(1);
    expect(world.queues.planned).toHaveLength(1);
    expect(world.queues.dead).toEqual([]);
  });

  it('sends its finding aside, whole and with a reason that quotes nothing, once it has come back for an hour', async () => {
    const world = aDispatchWorld(aWebhook(), stumblingBlock());
    const body = anEventOf('globex');
    expect(await world.receive(anEventOf('acme'), { body, receiveCount: 25 })).toEqual([]);
    expect(world.queues.dead).toEqual([{ body, reason: 'dispatch broke on it 25 times: TypeError' }]);
    expect(world.queues.planned).toHaveLength(1);
  });

  it('leaves its finding on the queue while there is nowhere to put it aside', async () => {
    const world = aDispatchWorld(stumblingBlock());
    world.queues.shut = true;
    expect(await world.receive({ body: anEventOf('globex'), receiveCount: 50 })).toEqual(['m1']);
  });

  it('is not what an outage is taken for, however long it lasts', async () => {
    const world = aDispatchWorld(aWebhook());
    world.store.list = async () => {
      throw new DependencyUnavailable('config-table', 'answer', new Error('throttled'));
    };
    expect(await world.receive({ body: anEventOf('acme'), receiveCount: 99 })).toEqual(['m1']);
    expect(world.queues.dead).toEqual([]);
    expect(world.telemetry.counted('finding.broken')).toBe(0);
  });
});
