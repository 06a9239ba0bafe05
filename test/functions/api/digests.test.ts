/** Digests and the first sync of a webhook, and what a delivery says of its digest. */
import { describe, expect, it } from 'vitest';
import { digestName } from '../../../shared/delivery/digest.ts';
import { aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

const SLACK = { name: 'Chat', url: 'https://hooks.slack.com/services/T0/B0/x', format: 'slack' };
const ONE = '/v1/webhooks/wh_siem';

describe('the digests of a webhook', () => {
  it('are chosen while it is connected, and shown', async () => {
    const world = anApiWorld();
    const body = { ...SLACK, digest: { minutes: 60 }, firstSync: 'digest' };
    const { status, json } = await world.ask('POST', '/v1/webhooks', { body });
    expect({ status, digest: json.digest, firstSync: json.firstSync }).toEqual({
      status: 201,
      digest: { minutes: 60 },
      firstSync: 'digest',
    });
    expect((await world.ask('GET', `/v1/webhooks/${json.id}`)).json).toMatchObject({ digest: { minutes: 60 } });
    const other = (await world.ask('POST', '/v1/webhooks', { body: SLACK })).json;
    expect(other).toMatchObject({ firstSync: 'all' });
    expect(other).not.toHaveProperty('digest');
  });

  it.each([
    ['too short a window', { ...SLACK, digest: { minutes: 4 } }, 'digest.minutes'],
    ['too long a window', { ...SLACK, digest: { minutes: 1_441 } }, 'digest.minutes'],
    ['half a minute', { ...SLACK, digest: { minutes: 7.5 } }, 'digest.minutes'],
    ['a first sync that there is not', { ...SLACK, firstSync: 'none' }, 'firstSync'],
    [
      'a destination of one finding at a time',
      { name: 'SIEM', url: 'https://siem.example/', digest: { minutes: 60 } },
      'digest',
    ],
    ['the same, at the first sync', { name: 'SIEM', url: 'https://siem.example/', firstSync: 'digest' }, 'firstSync'],
  ])('are refused with %s', async (_what, body, field) => {
    const world = anApiWorld();
    const { status, json } = await world.ask('POST', '/v1/webhooks', { body });
    expect({ status, field: json.errors[0].field }).toEqual({ status: 422, field });
    expect(world.store.webhooks.size).toBe(0);
  });

  it('are changed and taken away', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ format: { id: 'slack', options: {} } })] });
    const ask = (body: object) => world.ask('PATCH', ONE, { body });
    expect(await ask({ digest: { minutes: 15 }, firstSync: 'new' })).toMatchObject({
      status: 200,
      json: { digest: { minutes: 15 }, firstSync: 'new' },
    });
    expect((await ask({ name: 'Another' })).json).toMatchObject({ digest: { minutes: 15 }, firstSync: 'new' });
    const { json } = await ask({ digest: null, firstSync: 'all' });
    expect(json).toMatchObject({ firstSync: 'all' });
    expect(json).not.toHaveProperty('digest');
    expect(world.store.webhooks.get('acme#wh_siem')).not.toHaveProperty('firstSync');
  });

  it('are what the catalogue says of chats, and of nothing else', async () => {
    const { json } = await anApiWorld().ask('GET', '/v1/formats');
    const formats: readonly { id: string; use: string; takesDigests: boolean }[] = json.formats;
    const taking = formats.filter(({ takesDigests }) => takesDigests);
    expect(taking.map(({ id }) => id)).toEqual(expect.arrayContaining(['slack', 'discord', 'google-chat', 'teams']));
    expect(taking.filter(({ use }) => use !== 'chat')).toEqual([]);
  });
});

describe('a delivery', () => {
  const { tenantId, webhookId, deliveryId } = aDeliveryRow();
  const name = digestName(tenantId, webhookId, Date.UTC(2026, 10, 23, 11));
  const member = aDeliveryRow({
    status: 'delivered',
    attempts: [anAttempt({ statusCode: 200 })],
    digestId: name.digestId,
    digestEndsAt: name.endsAt,
  });
  const digest = aDeliveryRow({
    deliveryId: name.digestId,
    status: 'delivered',
    digestEndsAt: name.endsAt,
    digestMembers: `${deliveryId},${name.digestId}`,
  });

  it('says with which digest it went, and with how many others; the digest says how many it has', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()], rows: [member, digest] });
    const shown = { id: name.digestId, endsAt: '2026-11-23T11:00:00.000Z' };
    const { json } = await world.ask('GET', `${ONE}/deliveries/${deliveryId}`);
    expect(json.digest).toEqual({ ...shown, findings: 2 });
    expect(json).not.toHaveProperty('request');
    const page = await world.ask('GET', `${ONE}/deliveries`);
    const digests = page.json.deliveries.map((delivery: { digest: object }) => delivery.digest);
    expect(digests).toEqual([{ ...shown, findings: 2 }, shown]);
  });
});
