import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/dispatch/handler.ts';
import { type Announcement, announceFailure } from '../../../shared/delivery/announcement.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { parseCanonicalFinding } from '../../../shared/delivery/delivery-message.schema.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { anAnnounced } from '../../builders/announced.ts';
import { aDeliveryRow, anAttempt, anSqsEvent } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
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

const HOUR = 60 * 60_000;
const SINCE = Date.UTC(2026, 10, 23, 9, 50);
const SIEM = aWebhookId('wh_siem');
const CHAT = aWebhookId('wh_chat');
const FAILING = { failuresInARow: 5, exhaustedCount: 1, failingSince: SINCE };
const HEALTHY = { failuresInARow: 0, exhaustedCount: 0 };

/** A webhook that fails with 401, and a channel for notices alone, whose alerts are off. */
const siem = aWebhook({ webhookId: SIEM, name: 'Splunk, production', health: FAILING, noticesTo: CHAT });
const chat = aWebhook({ webhookId: CHAT, name: 'Chat', alerts: { enabled: false, minSeverity: 'critical' } });

const failedRow = aDeliveryRow({
  webhookId: SIEM,
  status: 'failed',
  reason: 'exhausted',
  lastAttempt: 4,
  attempts: [anAttempt({ number: 4, statusCode: 401 })],
});
const failed = announceFailure(failedRow);
const disabled: Announcement = { kind: 'webhook-disabled', webhookId: SIEM, reason: 'failing' };
const recovered: Announcement = { kind: 'webhook-recovered', webhookId: SIEM };

function aNoticeWorld(webhooks: readonly Webhook[] = [siem, chat], rows: readonly DeliveryRow[] = [failedRow]) {
  const store = new MemoryWebhookStore(...webhooks);
  const queues = new MemoryQueues();
  const strays = new MemoryQueues();
  const events = new MemoryEventList();
  const notices = new MemoryNoticeMarks();
  const log = new MemoryDeliveryLog(...rows);
  const clock = new ManualClock();
  const telemetry = new RecordingTelemetry();
  const handler = createHandler({
    webhooks: store,
    queues,
    rejected: queues,
    returns: new MemoryReturns(),
    strays,
    events,
    unread: new MemoryUnreadFindings(),
    notices,
    log,
    consoleUrl: 'https://console.example',
    telemetry,
    clock,
  });
  return {
    store,
    queues,
    events,
    strays,
    notices,
    clock,
    change(webhook: Webhook) {
      store.webhooks.set(`${webhook.tenantId}#${webhook.webhookId}`, webhook);
    },
    async receive(...bodies: readonly string[]): Promise<readonly string[]> {
      const { batchItemFailures } = await handler(anSqsEvent(...bodies.map((body) => ({ body }))));
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    /** The notices so far: to whom, and what they say. */
    given() {
      return queues.planned.map(({ message }) => ({ to: message.webhookId, notice: findingOf(message.finding) }));
    },
    titles: () => queues.planned.map(({ message }) => findingOf(message.finding).title),
  };
}

function findingOf(text: string): Finding {
  const parsed = parseCanonicalFinding(text);
  if (parsed.kind === 'rejected') {
    throw new Error(parsed.reason);
  }
  return parsed.finding;
}

const IS_FAILING = "Webhook 'Splunk, production' is failing: HTTP 401";
const WORKS_AGAIN = "Webhook 'Splunk, production' works again";
const IS_DISABLED = "Webhook 'Splunk, production' is disabled: its receiver has accepted nothing for three days";

describe('a webhook that fails', () => {
  it('gives one notice: what is wrong in words, what to do, and where', async () => {
    const world = aNoticeWorld();
    expect(await world.receive(anAnnounced(failed))).toEqual([]);
    expect(world.given()).toEqual([
      {
        to: CHAT,
        notice: {
          id: 'notice_wh_siem_evt-1',
          title: IS_FAILING,
          severity: { level: 'high', score: 80 },
          category: 'Webhook notice',
          url: 'https://console.example/integrations/webhooks/wh_siem',
          description: expect.stringContaining('Since 2026-11-23T09:50:00.000Z its receiver has not accepted'),
          affected: { type: 'asset', id: 'wh_siem', name: 'Splunk, production', originalType: 'webhook' },
          platform: 'thalian',
          detectedAt: '2026-11-23T10:00:00.000Z',
          remediation: { summary: expect.stringMatching(/^The receiver answered 401.*check the webhook's secret/) },
        },
      },
    ]);
  });

  it('gives one for 500 failures, in batches, at once and over a day', async () => {
    const world = aNoticeWorld();
    const bodies = Array.from({ length: 500 }, (_, index) => anAnnounced(failed, { id: `evt-${index}` }));
    for (let start = 0; start < 250; start += 10) {
      await world.receive(...bodies.slice(start, start + 10));
    }
    for (let start = 250; start < 500; start += 10) {
      world.clock.moveOn(HOUR);
      expect(await world.receive(...bodies.slice(start, start + 10))).toEqual([]);
    }
    expect(world.titles()).toEqual([IS_FAILING]);
  });

  it('is mentioned again when it works, or is disabled, within the hour', async () => {
    const world = aNoticeWorld();
    await world.receive(anAnnounced(failed, { id: 'a' }));
    world.change({ ...siem, health: HEALTHY });
    await world.receive(anAnnounced(recovered, { id: 'b' }), anAnnounced(recovered, { id: 'c' }));
    expect(world.titles()).toEqual([IS_FAILING, WORKS_AGAIN]);
    world.change({ ...siem, state: { kind: 'disabled', reason: 'failing' } });
    await world.receive(anAnnounced(disabled, { id: 'd' }), anAnnounced(failed, { id: 'e' }));
    expect(world.titles()).toEqual([IS_FAILING, WORKS_AGAIN, IS_DISABLED]);
  });

  it('again after a success is told an hour after the first notice at the earliest', async () => {
    const world = aNoticeWorld();
    await world.receive(anAnnounced(failed, { id: 'a' }));
    world.change({ ...siem, health: HEALTHY });
    await world.receive(anAnnounced(recovered, { id: 'b' }));
    world.change({ ...siem, health: { ...FAILING, failingSince: SINCE + HOUR / 2 } });
    world.clock.moveOn(HOUR - 1);
    await world.receive(anAnnounced(failed, { id: 'c' }));
    expect(world.titles()).toEqual([IS_FAILING, WORKS_AGAIN]);
    world.clock.moveOn(1);
    await world.receive(anAnnounced(failed, { id: 'd' }));
    expect(world.titles()).toEqual([IS_FAILING, WORKS_AGAIN, IS_FAILING]);
  });

  it('and works by the time of the event gives none', async () => {
    const world = aNoticeWorld([{ ...siem, health: HEALTHY }, chat]);
    await world.receive(anAnnounced(failed, { id: 'a' }), anAnnounced(recovered, { id: 'b' }));
    expect(world.titles()).toEqual([]);
  });

  it('and is paused gives none: a person of the tenant did that', async () => {
    const world = aNoticeWorld([{ ...siem, state: { kind: 'paused' } }, chat]);
    await world.receive(anAnnounced(failed));
    expect(world.titles()).toEqual([]);
  });

  it('by an address that is refused gives one a day', async () => {
    const refused = {
      ...failedRow,
      reason: 'address-refused',
      attempts: [anAttempt({ error: 'address-refused' })],
    } as const;
    const { statusCode: _none, ...attempt } = refused.attempts[0];
    const world = aNoticeWorld(
      [{ ...siem, health: { failuresInARow: 5, exhaustedCount: 0 } }, chat],
      [{ ...refused, attempts: [attempt] }],
    );
    const announced = announceFailure(refused);
    await world.receive(anAnnounced(announced, { id: 'a' }), anAnnounced(announced, { id: 'b' }));
    world.clock.moveOn(24 * HOUR - 1);
    await world.receive(anAnnounced(announced, { id: 'c' }));
    expect(world.titles()).toEqual(["Webhook 'Splunk, production' is failing: its address is not allowed"]);
    world.clock.moveOn(1);
    await world.receive(anAnnounced(announced, { id: 'd' }));
    expect(world.titles()).toHaveLength(2);
  });
});

describe('a webhook that is disabled', () => {
  it.each([
    ['gone', "Webhook 'Splunk, production' is disabled: its receiver answers that the URL is gone (HTTP 410)"],
    ['failing', IS_DISABLED],
    [undefined, "Webhook 'Splunk, production' is disabled by the platform team"],
  ] as const)('for the reason %s gives one notice, whatever comes with it', async (reason, title) => {
    const world = aNoticeWorld([{ ...siem, state: { kind: 'disabled', ...(reason && { reason }) } }, chat]);
    const changed: Announcement = {
      kind: 'webhook-changed',
      webhookId: SIEM,
      change: 'disabled',
      fields: ['state'],
      by: 'operator',
      at: '2026-11-23T10:00:00.000Z',
    };
    await world.receive(anAnnounced(changed, { id: 'a' }), anAnnounced(disabled, { id: 'b' }));
    await world.receive(anAnnounced(failed, { id: 'c' }), anAnnounced(disabled, { id: 'd' }));
    expect(world.titles()).toEqual([title]);
  });

  it('and resumed meanwhile gives none', async () => {
    const world = aNoticeWorld([{ ...siem, health: HEALTHY }, chat]);
    await world.receive(anAnnounced(disabled));
    expect(world.titles()).toEqual([]);
  });
});

describe('what has become of a webhook since its event', () => {
  it('counts: one that was resumed before its notice could be queued is not said to be disabled', async () => {
    const disabledSiem: Webhook = { ...siem, state: { kind: 'disabled', reason: 'failing' } };
    const world = aNoticeWorld([disabledSiem, chat]);
    world.queues.shut = true;
    expect(await world.receive(anAnnounced(disabled, { id: 'a' }))).toEqual(['m1']);
    world.queues.shut = false;
    world.change({ ...siem, health: HEALTHY });
    expect(await world.receive(anAnnounced(disabled, { id: 'a' }))).toEqual([]);
    expect(world.titles()).toEqual([]);
  });

  it('counts: one that fails again is not said to work', async () => {
    const world = aNoticeWorld();
    await world.receive(anAnnounced(failed, { id: 'a' }));
    await world.receive(anAnnounced(recovered, { id: 'b' }));
    expect(world.titles()).toEqual([IS_FAILING]);
  });

  it('is read after the mark, not as the batch has read it', async () => {
    const world = aNoticeWorld();
    const find = world.notices.find.bind(world.notices);
    world.notices.find = async (...args) => {
      // Meanwhile another worker delivers.
      world.change({ ...siem, health: HEALTHY });
      return find(...args);
    };
    expect(await world.receive(anAnnounced(failed))).toEqual([]);
    expect(world.titles()).toEqual([]);
  });
});

describe('a notice', () => {
  it('is never lost: a worker that dies before it is queued leaves it to the same event', async () => {
    const world = aNoticeWorld();
    world.queues.shut = true;
    expect(await world.receive(anAnnounced(failed, { id: 'a' }))).toEqual(['m1']);
    world.queues.shut = false;
    await world.receive(anAnnounced(failed, { id: 'b' }));
    expect(world.titles()).toEqual([]);
    await world.receive(anAnnounced(failed, { id: 'a' }));
    expect(world.titles()).toEqual([IS_FAILING]);
  });

  it('of an event that comes twice has one delivery id', async () => {
    const world = aNoticeWorld();
    await world.receive(anAnnounced(failed, { id: 'a' }));
    await world.receive(anAnnounced(failed, { id: 'a' }));
    expect(new Set(world.queues.planned.map(({ message }) => message.deliveryId)).size).toBe(1);
  });

  it('waits on the queue while its mark cannot be written', async () => {
    const world = aNoticeWorld();
    world.notices.shut = true;
    expect(await world.receive(anAnnounced(failed))).toEqual(['m1']);
    expect(world.queues.planned).toEqual([]);
  });

  it.each<[string, readonly Webhook[]]>([
    ['without a target', [aWebhook({ webhookId: SIEM, health: FAILING }), chat]],
    ['whose target is deleted', [siem]],
    ['whose target is itself', [{ ...siem, noticesTo: SIEM }, chat]],
    ['whose target has yet to answer a challenge', [siem, { ...chat, challenge: {} }]],
    [
      'whose target has another URL than the one that answered',
      [siem, { ...chat, challenge: { verified: { url: 'https://before.example/', at: 1 } } }],
    ],
    ["whose target is another tenant's", [siem, { ...chat, tenantId: aTenantId('globex') }]],
    ['that is deleted', [chat]],
  ])('is not given of a webhook %s, and costs no write', async (_what, webhooks) => {
    const world = aNoticeWorld(webhooks);
    world.notices.shut = true;
    expect(await world.receive(anAnnounced(failed))).toEqual([]);
    expect(world.queues.planned).toEqual([]);
  });

  it('stays with its tenant where another has webhooks of the same ids', async () => {
    const globex = [siem, chat].map((webhook) => ({ ...webhook, tenantId: aTenantId('globex') }));
    const world = aNoticeWorld([siem, chat, ...globex]);
    await world.receive(anAnnounced(failed, { id: 'a' }), anAnnounced(failed, { id: 'b', tenantId: 'globex' }));
    expect(world.queues.planned.map(({ message }) => message.tenantId)).toEqual(['acme', 'globex']);
    expect(new Set(world.queues.planned.map(({ message }) => message.deliveryId)).size).toBe(2);
  });

  it('that fails gives none: two webhooks that name each other do not go on for ever', async () => {
    const both = [siem, { ...chat, health: FAILING, noticesTo: SIEM }];
    const world = aNoticeWorld(both);
    await world.receive(anAnnounced(failed, { id: 'a' }));
    const [first] = world.queues.planned;
    const row = { ...failedRow, ...first?.message, attempt: undefined } as DeliveryRow;
    const next = aNoticeWorld(both, [row]);
    await next.receive(anAnnounced(announceFailure(row), { id: 'b' }));
    expect(next.titles()).toEqual([]);
    // The same webhook, failing with a finding, does.
    const ofFinding = { ...failedRow, webhookId: CHAT };
    const other = aNoticeWorld(both, [ofFinding]);
    await other.receive(anAnnounced(announceFailure(ofFinding)));
    expect(other.given()).toMatchObject([{ to: SIEM, notice: { title: "Webhook 'Chat' is failing: HTTP 401" } }]);
  });

  it('of a delivery that is no longer in the log says where to look', async () => {
    const world = aNoticeWorld([siem, chat], []);
    await world.receive(anAnnounced(failed));
    expect(world.given()).toMatchObject([
      {
        notice: {
          title: expect.stringContaining('deliveries are given up'),
          remediation: { summary: expect.stringContaining('delivery log') },
        },
      },
    ]);
  });
});

describe('an announcement', () => {
  it('of what people change gives no notice', async () => {
    const world = aNoticeWorld();
    const changed = {
      kind: 'webhook-changed',
      webhookId: SIEM,
      change: 'settings',
      fields: [],
      by: 'x',
      at: 'y',
    } as const;
    expect(await world.receive(anAnnounced(changed))).toEqual([]);
    expect(world.titles()).toEqual([]);
  });

  it('that cannot be read is set aside with a reason, and is no finding', async () => {
    const world = aNoticeWorld();
    const body = '{"announced":{"detail-type":"Webhook Upset","id":"a"}}';
    expect(await world.receive(body)).toEqual([]);
    expect(world.strays.dead).toEqual([{ body, reason: expect.stringContaining('detail-type') }]);
    expect(world.queues.dead).toEqual([]);
  });
});
