import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/mail/handler.ts';
import { type Announcement, announceFailure } from '../../../shared/delivery/announcement.ts';
import { openConfirmation, openUnsubscription } from '../../../shared/mail/mail-link.ts';
import { serializeMailMessage } from '../../../shared/mail/mail-message.schema.ts';
import type { MailMessage } from '../../../shared/mail/mail-message.ts';
import { CONFIRM_WITHIN_MILLIS, type NoticeAddress } from '../../../shared/mail/notice-address.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { anAnnounced } from '../../builders/announced.ts';
import { aDeliveryRow, anAttempt, anSqsEvent } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aNoticeAddress, noticeAddresses } from '../../builders/notice-address.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryMails } from '../../fakes/memory-mails.ts';
import { MemoryNoticeAddresses } from '../../fakes/memory-notice-addresses.ts';
import { MemoryNoticeMarks } from '../../fakes/memory-notice-marks.ts';
import { MemoryQueues } from '../../fakes/memory-queues.ts';
import { MemoryReturns } from '../../fakes/memory-returns.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';
import { RecordingTelemetry } from '../../fakes/recording-telemetry.ts';

const HOUR = 60 * 60_000;
const ACME = aTenantId();
const SIEM = aWebhookId();
const KEY = 'key';
const FAILING = { failuresInARow: 5, exhaustedCount: 1, failingSince: Date.UTC(2026, 10, 23, 9, 50) };
const HEALTHY = { failuresInARow: 0, exhaustedCount: 0 };

const siem = aWebhook({ name: 'Splunk', health: FAILING });
const failedRow = aDeliveryRow({
  ...{ webhookId: SIEM, status: 'failed', reason: 'exhausted', lastAttempt: 4 },
  attempts: [anAttempt({ number: 4, statusCode: 401 })],
});
const failed = announceFailure(failedRow);
const recovered: Announcement = { kind: 'webhook-recovered', webhookId: SIEM };
const disabled: Announcement = { kind: 'webhook-disabled', webhookId: SIEM, reason: 'failing' };

const ops = aNoticeAddress();
const soc = aNoticeAddress({ addressId: 'na_soc', address: 'soc@acme.example' });

function aMailWorld(addresses: readonly NoticeAddress[] = [ops], webhook: Webhook = siem) {
  const store = new MemoryWebhookStore(webhook);
  const list = new MemoryNoticeAddresses();
  list.lists.set(ACME, noticeAddresses(...addresses));
  const mails = new MemoryMails();
  const notices = new MemoryNoticeMarks();
  const rejected = new MemoryQueues();
  const returns = new MemoryReturns();
  const clock = new ManualClock();
  const telemetry = new RecordingTelemetry();
  const handler = createHandler({
    ...{ webhooks: store, addresses: list, mails, mailer: mails, notices, rejected, returns, clock, telemetry },
    log: new MemoryDeliveryLog(failedRow),
    linkKey: { read: async () => KEY },
    consoleUrl: 'https://console.example',
  });
  async function receive(...bodies: readonly string[]): Promise<readonly string[]> {
    const { batchItemFailures } = await handler(anSqsEvent(...bodies.map((body) => ({ body }))));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }
  return {
    ...{ list, mails, notices, rejected, returns, clock, telemetry, receive },
    change(changed: Webhook) {
      store.webhooks.set(`${ACME}#${SIEM}`, changed);
    },
    /** As SQS does: what was queued comes, each message by itself. */
    async deliverQueued(): Promise<readonly string[]> {
      return receive(...mails.queued.splice(0).map(serializeMailMessage));
    },
    subjects: () => mails.sent.map(({ to, subject }) => `${to}: ${subject}`),
  };
}

const IS_FAILING = "Webhook 'Splunk' is failing: HTTP 401";

describe('a webhook that fails', () => {
  it('is named in words that lead nowhere, whatever its tenant calls it', async () => {
    const world = aMailWorld([ops], { ...siem, name: 'Sign in at https://evil.example/now <b>' });
    await world.receive(anAnnounced(failed));
    await world.deliverQueued();
    const [mail] = world.mails.sent;
    expect(mail?.text).toContain("Webhook 'Sign in at https[:]//evil[.]example/now <b>'");
    expect([mail?.subject, mail?.text, mail?.html].join()).not.toMatch(/evil\.example|<b>'<\/p>/);
  });

  it('is told to each confirmed address, in words, with a link and a way to unsubscribe', async () => {
    const world = aMailWorld([ops, soc, aNoticeAddress({ addressId: 'na_new', state: 'unconfirmed' })]);
    expect(await world.receive(anAnnounced(failed))).toEqual([]);
    expect(await world.deliverQueued()).toEqual([]);
    expect(world.subjects()).toEqual([`ops@acme.example: ${IS_FAILING}`, `soc@acme.example: ${IS_FAILING}`]);
    const [mail] = world.mails.sent;
    expect(mail?.text).toContain("check the webhook's secret");
    expect(mail?.text).toContain('https://console.example/integrations/webhooks/wh_siem');
    const token = /token=([\w-]+)>/.exec(mail?.headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
    expect(openUnsubscription(KEY, token)).toEqual({ tenantId: ACME, addressId: 'na_ops' });
    expect(world.telemetry.counted('mail.sent')).toBe(2);
  });

  it('gives one mail for 500 failures, at once and over a day', async () => {
    const world = aMailWorld();
    const bodies = Array.from({ length: 500 }, (_, index) => anAnnounced(failed, { id: `evt-${index}` }));
    for (let start = 0; start < 500; start += 10) {
      expect(await world.receive(...bodies.slice(start, start + 10))).toEqual([]);
      world.clock.moveOn(start < 250 ? 0 : HOUR);
    }
    await world.deliverQueued();
    expect(world.subjects()).toEqual([`ops@acme.example: ${IS_FAILING}`]);
  });

  it('is mentioned again when it works or is disabled', async () => {
    const world = aMailWorld();
    await world.receive(anAnnounced(failed, { id: 'a' }));
    world.change({ ...siem, health: HEALTHY });
    await world.receive(anAnnounced(recovered, { id: 'b' }));
    world.change({ ...siem, state: { kind: 'disabled', reason: 'failing' } });
    await world.receive(anAnnounced(disabled, { id: 'c' }));
    await world.deliverQueued();
    expect(world.mails.sent.map(({ subject }) => subject)).toEqual([
      IS_FAILING,
      "Webhook 'Splunk' works again",
      "Webhook 'Splunk' is disabled: its receiver has accepted nothing for three days",
    ]);
  });

  it('gives none where no address is confirmed, or none for this webhook, and costs one look', async () => {
    for (const addresses of [
      [],
      [aNoticeAddress({ state: 'unconfirmed' })],
      [aNoticeAddress({ state: 'unsubscribed' })],
      [aNoticeAddress({ webhookIds: [aWebhookId('wh_chat')] })],
    ]) {
      const world = aMailWorld(addresses);
      world.notices.shut = true;
      expect(await world.receive(anAnnounced(failed))).toEqual([]);
      expect(world.mails.queued).toEqual([]);
    }
  });

  it('of another tenant is told to that tenant alone', async () => {
    const world = aMailWorld();
    await world.receive(anAnnounced(failed, { tenantId: 'globex' }));
    expect(world.mails.queued).toEqual([]);
  });
});

describe('a worker that dies', () => {
  it('before the queue has the mails is followed by the event, which finds its own mark', async () => {
    const world = aMailWorld();
    world.mails.isQueueShut = true;
    expect(await world.receive(anAnnounced(failed, { id: 'a' }))).toEqual(['m1']);
    expect(world.notices.marks.size).toBe(1);
    world.mails.isQueueShut = false;
    // Another event of the same trouble gives none; its own does.
    await world.receive(anAnnounced(failed, { id: 'b' }));
    expect(world.mails.queued).toEqual([]);
    await world.receive(anAnnounced(failed, { id: 'a' }));
    await world.deliverQueued();
    expect(world.subjects()).toEqual([`ops@acme.example: ${IS_FAILING}`]);
  });
});

describe('a mail service that refuses', () => {
  it('leaves the mail on the queue, counts it, and the others go', async () => {
    const world = aMailWorld([ops, soc]);
    await world.receive(anAnnounced(failed));
    const bodies = world.mails.queued.splice(0).map(serializeMailMessage);
    world.mails.isServiceShut = true;
    expect(await world.receive(...bodies)).toEqual(['m1', 'm2']);
    expect(world.returns.returned).toHaveLength(2);
    expect(world.telemetry.counted('item.returned')).toBe(2);
    world.mails.isServiceShut = false;
    await world.receive(...bodies);
    expect(world.subjects()).toHaveLength(2);
  });
});

describe('an owner who has unsubscribed since', () => {
  it('gets no mail that still was on the queue', async () => {
    const world = aMailWorld();
    await world.receive(anAnnounced(failed));
    world.list.lists.set(ACME, noticeAddresses({ ...ops, state: 'unsubscribed' }));
    expect(await world.deliverQueued()).toEqual([]);
    expect(world.mails.sent).toEqual([]);
  });
});

describe('a request to confirm', () => {
  const asked = aNoticeAddress({ state: 'unconfirmed', addedAt: 5, askedAt: 5 });
  const request = (askedAt: number): MailMessage => ({
    ...{ kind: 'confirmation', tenantId: ACME, addressId: asked.addressId, addedAt: 5, askedAt },
  });

  it('goes with a link that expires three days after it was asked for', async () => {
    const world = aMailWorld([asked]);
    const askedAt = world.clock.now();
    await world.receive(serializeMailMessage(request(askedAt)));
    const [mail] = world.mails.sent;
    const token = /confirm#([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
    expect(openConfirmation(KEY, token)).toEqual({
      ...{ tenantId: ACME, addressId: asked.addressId, addedAt: 5 },
      expiresAt: askedAt + CONFIRM_WITHIN_MILLIS,
    });
    expect(mail?.headers).not.toHaveProperty('List-Unsubscribe');
  });

  it.each([
    ['was confirmed meanwhile', { ...asked, state: 'confirmed' }],
    ['was unsubscribed', { ...asked, state: 'unsubscribed' }],
    ['was removed and added again', { ...asked, addedAt: 6 }],
  ] as const)('does not go to an address that %s', async (_what, address) => {
    const world = aMailWorld([address]);
    await world.receive(serializeMailMessage(request(world.clock.now())));
    expect(world.mails.sent).toEqual([]);
  });

  it('does not go once its link would have expired', async () => {
    const world = aMailWorld([asked]);
    await world.receive(serializeMailMessage(request(world.clock.now() - CONFIRM_WITHIN_MILLIS)));
    expect(world.mails.sent).toEqual([]);
  });
});

describe('a message that cannot be read', () => {
  it('is set aside whole with the reason; events of ours that say nothing of a webhook are passed over', async () => {
    const world = aMailWorld();
    const quiet: Announcement = {
      ...{ kind: 'webhook-changed', webhookId: SIEM, change: 'settings', fields: ['name'], by: 'jane' },
      at: '2026-11-23T10:00:00.000Z',
    };
    expect(await world.receive('nonsense', anAnnounced(quiet), '{"announced":{}}')).toEqual([]);
    expect(world.rejected.dead).toEqual([{ body: 'nonsense', reason: 'the body is not JSON' }]);
    expect(world.telemetry.counted('mail.poisoned')).toBe(1);
    expect(world.mails.queued).toEqual([]);
  });
});
