import { describe, expect, it } from 'vitest';
import { sealConfirmation, sealUnsubscription } from '../../../shared/mail/mail-link.ts';
import {
  CONFIRM_WITHIN_MILLIS,
  DAY_MILLIS,
  MOST_ADDRESSES,
  NO_ADDRESSES,
  noticeAddressId,
} from '../../../shared/mail/notice-address.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';

const KEY = 'the-cursor-key';
const ALL = '/v1/notice-addresses';
const CONFIRM = '/v1/notices/confirm';
const UNSUBSCRIBE = '/v1/notices/unsubscribe';
const OPS = 'ops@acme.example';
const ACME = aTenantId();
const OPS_ID = noticeAddressId(ACME, OPS);
const problem = (name: string) => `urn:thalian:webhooks:problem:${name}`;

function aWorld(settings: Parameters<typeof anApiWorld>[0] = {}) {
  const world = anApiWorld({ webhooks: [aWebhook()], ...settings });
  const unsigned = { claims: undefined };
  return {
    ...world,
    add: (address = OPS, more: object = {}, tenantId = 'acme') =>
      world.ask('POST', ALL, { body: { address, ...more }, tenantId }),
    list: async () => (await world.ask('GET', ALL)).json,
    statuses: async () => (await world.ask('GET', ALL)).json.addresses.map(({ status }: { status: string }) => status),
    /** As the mail's reader does, who is not signed in. */
    confirm: (token: string) => world.ask('POST', CONFIRM, { body: { token }, ...unsigned }),
    unsubscribe: (token: string, request: object = {}) =>
      world.ask('POST', `${UNSUBSCRIBE}?token=${encodeURIComponent(token)}`, { ...unsigned, ...request }),
    /** That the mail of the latest request has. */
    token() {
      const message = world.mails.queued.at(-1);
      if (message?.kind !== 'confirmation') {
        throw new Error('no request to confirm was queued');
      }
      const { tenantId, addressId, addedAt, askedAt } = message;
      return sealConfirmation(KEY, { tenantId, addressId, addedAt, expiresAt: askedAt + CONFIRM_WITHIN_MILLIS });
    },
  };
}

describe('an address for notices', () => {
  it('is added, asked, confirmed by its owner without an account, and shown', async () => {
    const world = aWorld();
    const added = await world.add(` ${OPS} `);
    expect(added).toMatchObject({
      status: 200,
      json: { addressId: OPS_ID, address: OPS, status: 'unconfirmed', addedBy: 'jane@acme.example' },
    });
    expect(added.json.confirmBy).toBe(new Date(world.clock.now() + CONFIRM_WITHIN_MILLIS).toISOString());
    const now = world.clock.now();
    expect(world.mails.queued).toEqual([
      { kind: 'confirmation', tenantId: ACME, addressId: OPS_ID, addedAt: now, askedAt: now },
    ]);
    const confirmed = await world.confirm(world.token());
    expect(confirmed).toMatchObject({ status: 200, json: { address: OPS, isSubscribed: true } });
    expect(confirmed.headers['cache-control']).toBe('no-store');
    expect(await world.list()).toMatchObject({
      isAvailable: true,
      limit: MOST_ADDRESSES,
      addresses: [{ status: 'confirmed' }],
    });
  });

  it('shows no token and is in no event: the mail alone has it', async () => {
    const world = aWorld();
    const texts = [
      (await world.add()).text,
      JSON.stringify(await world.list()),
      JSON.stringify(world.telemetry.responses),
    ];
    expect(texts.join()).not.toContain(world.token());
    expect(world.announcer.announcements).toEqual([]);
  });

  it('can be for some webhooks of the tenant, and changed without asking again', async () => {
    const world = aWorld({ webhooks: [aWebhook(), aWebhook({ webhookId: aWebhookId('wh_chat') })] });
    await world.add(OPS, { webhookIds: ['wh_siem'] });
    await world.confirm(world.token());
    expect((await world.add(OPS, { webhookIds: ['wh_chat'] })).json).toMatchObject({
      status: 'confirmed',
      webhookIds: ['wh_chat'],
    });
    expect((await world.add()).json).not.toHaveProperty('webhookIds');
    expect(world.mails.queued).toHaveLength(1);
    expect(await world.add(OPS, { webhookIds: ['wh_of_no_one'] })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'webhookIds.0', message: 'You have no such webhook.' }] },
    });
  });

  it('is removed, and is gone for its link too', async () => {
    const world = aWorld();
    await world.add();
    const token = world.token();
    expect((await world.ask('DELETE', `${ALL}/${OPS_ID}`)).status).toBe(204);
    expect((await world.ask('DELETE', `${ALL}/${OPS_ID}`)).status).toBe(204);
    expect(await world.statuses()).toEqual([]);
    expect(await world.confirm(token)).toMatchObject({ status: 410, json: { type: problem('link-expired') } });
  });

  it.each([
    'Ops <ops@acme.example>',
    'ops@acme.example, all@victim.example',
    'ops@acme.example\r\nBcc: all@victim.example',
    'ops@аcme.example',
    'ops',
    `${'a'.repeat(300)}@acme.example`,
  ])('is refused in words unless it is one bare address: %j', async (address) => {
    const world = aWorld();
    const refused = await world.add(address);
    expect(refused.status).toBe(422);
    expect(refused.json.detail).toBe(
      'An e-mail address looks like name@company.example: one address without a name before it, in ASCII letters.',
    );
    expect(world.mails.queued).toEqual([]);
  });

  it('belongs to one tenant', async () => {
    const world = aWorld();
    await world.add();
    expect((await world.ask('GET', ALL, { tenantId: 'globex' })).json.addresses).toEqual([]);
    await world.ask('DELETE', `${ALL}/${OPS_ID}`, { tenantId: 'globex' });
    expect(await world.statuses()).toEqual(['unconfirmed']);
  });
});

describe('a link to confirm', () => {
  it('does nothing when a program looks at it', async () => {
    const world = aWorld();
    await world.add();
    expect((await world.ask('GET', `${CONFIRM}?token=${world.token()}`, { claims: undefined })).status).toBe(405);
    expect(await world.statuses()).toEqual(['unconfirmed']);
  });

  it('is good for three days, to the millisecond, and may be opened twice', async () => {
    const world = aWorld();
    await world.add();
    const token = world.token();
    world.clock.moveOn(CONFIRM_WITHIN_MILLIS);
    expect(await world.confirm(token)).toMatchObject({ status: 410, json: { type: problem('link-expired') } });
    expect(await world.statuses()).toEqual(['expired']);
    await world.add();
    world.clock.moveOn(CONFIRM_WITHIN_MILLIS - 1);
    expect((await world.confirm(world.token())).status).toBe(200);
    expect((await world.confirm(world.token())).status).toBe(200);
  });

  it('is ours, of this purpose and of this stage', async () => {
    const world = aWorld();
    await world.add();
    const link = { tenantId: ACME, addressId: OPS_ID, addedAt: world.clock.now(), expiresAt: Number.MAX_SAFE_INTEGER };
    for (const token of ['x', sealUnsubscription(KEY, link), sealConfirmation('another key', link)]) {
      expect(await world.confirm(token)).toMatchObject({ status: 400, json: { type: problem('invalid-link') } });
    }
    expect(await world.statuses()).toEqual(['unconfirmed']);
  });
});

describe('an owner who wants no more', () => {
  const token = sealUnsubscription(KEY, { tenantId: ACME, addressId: OPS_ID });

  async function aConfirmedWorld() {
    const world = aWorld();
    await world.add();
    const confirmation = world.token();
    await world.confirm(confirmation);
    return { ...world, confirmation };
  }

  it.each([
    ['a mail program, with a form (RFC 8058)', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    ['a mail program, with parts', 'multipart/form-data; boundary=x', '--x\r\n\r\nOne-Click\r\n--x--'],
    ['a page, with nothing', 'application/json', undefined],
  ])('unsubscribes by %s', async (_by, type, text) => {
    const world = await aConfirmedWorld();
    const request = { ...(text !== undefined && { text }), headers: { 'content-type': type } };
    expect(await world.unsubscribe(token, request)).toMatchObject({
      status: 200,
      json: { address: OPS, isSubscribed: false },
    });
    expect(await world.statuses()).toEqual(['unsubscribed']);
    expect((await world.unsubscribe(token, request)).status).toBe(200);
  });

  it('is not brought back by the link that once confirmed', async () => {
    const world = await aConfirmedWorld();
    await world.unsubscribe(token);
    expect((await world.confirm(world.confirmation)).status).toBe(410);
    expect(await world.statuses()).toEqual(['unsubscribed']);
  });

  it('is led to a page by a link that is followed, which changes nothing', async () => {
    const world = await aConfirmedWorld();
    const led = await world.ask('GET', `${UNSUBSCRIBE}?token=${token}`, { claims: undefined });
    expect(led).toMatchObject({ status: 303, headers: { location: `/notices/unsubscribe#${token}` } });
    expect(await world.statuses()).toEqual(['confirmed']);
    const evil = await world.ask('GET', `${UNSUBSCRIBE}?token=%0d%0aset-cookie:x%2f%2fevil.example`, {
      claims: undefined,
    });
    expect(evil.headers['location']).toBe('/notices/unsubscribe#%0D%0Aset-cookie%3Ax%2F%2Fevil.example');
  });

  it('gets the same response when the address is gone, and none for a token that is not ours', async () => {
    const world = await aConfirmedWorld();
    await world.ask('DELETE', `${ALL}/${OPS_ID}`);
    expect(await world.unsubscribe(token)).toMatchObject({ status: 200, json: { address: '', isSubscribed: false } });
    expect(await world.unsubscribe('nonsense')).toMatchObject({ status: 400, json: { type: problem('invalid-link') } });
  });
});

describe('requests to confirm', () => {
  it('reach one address three times a day over all tenants, and removing it does not help', async () => {
    const world = aWorld();
    for (const tenantId of ['acme', 'globex', 'initech']) {
      expect((await world.add('stranger@victim.example', {}, tenantId)).status).toBe(200);
    }
    await world.ask('DELETE', `${ALL}/${noticeAddressId(ACME, 'stranger@victim.example')}`);
    const refused = await world.add('Stranger@victim.example');
    expect(refused).toMatchObject({ status: 429, json: { type: problem('too-many-confirmations') } });
    expect(refused.json.detail).toContain('This address was asked several times lately');
    expect(Number(refused.headers['retry-after'])).toBe(DAY_MILLIS / 1000);
    expect(world.mails.queued).toHaveLength(3);
    expect((await world.add()).status).toBe(200);
  });

  it('of one tenant are twenty a day', async () => {
    const world = aWorld();
    for (let asked = 0; asked < 20; asked += 1) {
      expect((await world.add(`a${asked}@acme.example`)).status).toBe(200);
      await world.ask('DELETE', `${ALL}/${noticeAddressId(ACME, `a${asked}@acme.example`)}`);
    }
    expect((await world.add()).status).toBe(429);
    expect((await world.add(OPS, {}, 'globex')).status).toBe(200);
  });

  it('are not made for an eleventh address', async () => {
    const world = aWorld();
    for (let added = 0; added < MOST_ADDRESSES; added += 1) {
      await world.add(`a${added}@acme.example`);
    }
    expect(await world.add()).toMatchObject({ status: 409, json: { type: problem('notice-address-limit-reached') } });
  });

  it('count once when another change comes between', async () => {
    const world = aWorld();
    const replace = world.noticeAddresses.replace.bind(world.noticeAddresses);
    let conflicts = 2;
    world.noticeAddresses.replace = async (...args) => {
      conflicts -= 1;
      return conflicts >= 0 ? 'conflict' : replace(...args);
    };
    expect((await world.add()).status).toBe(200);
    expect((await world.add()).status).toBe(200);
    expect((await world.add()).status).toBe(200);
    expect((await world.add()).status).toBe(429);
  });

  it('are refused if others never stop changing the list', async () => {
    const world = aWorld();
    world.noticeAddresses.replace = async () => 'conflict';
    expect(await world.add()).toMatchObject({ status: 409, json: { type: problem('changed-meanwhile') } });
    expect(world.mails.queued).toEqual([]);
  });

  it('can be made again after an outage of the queue', async () => {
    const world = aWorld();
    world.mails.isQueueShut = true;
    expect((await world.add()).status).toBe(503);
    world.mails.isQueueShut = false;
    expect((await world.add()).status).toBe(200);
    expect(world.mails.queued).toHaveLength(1);
  });
});

describe('a stage without a sender', () => {
  it('says so, takes no address, and asks no one', async () => {
    const world = aWorld({ sendsMail: false });
    expect(await world.list()).toMatchObject({ isAvailable: false, addresses: [] });
    for (const response of [
      await world.add(),
      await world.confirm(sealConfirmation(KEY, { tenantId: ACME, addressId: OPS_ID, addedAt: 1, expiresAt: 2 ** 50 })),
      await world.unsubscribe(sealUnsubscription(KEY, { tenantId: ACME, addressId: OPS_ID })),
    ]) {
      expect(response).toMatchObject({ status: 409, json: { type: problem('no-mail-sender') } });
    }
    expect(world.mails.queued).toEqual([]);
    expect(await world.noticeAddresses.find(ACME)).toBe(NO_ADDRESSES);
  });
});

describe('people who may only read', () => {
  it('see the addresses and change none', async () => {
    const world = aWorld();
    await world.add();
    const claims = claimsOf('acme', '[webhooks-read]');
    expect((await world.ask('GET', ALL, { claims })).status).toBe(200);
    expect((await world.ask('POST', ALL, { claims, body: { address: OPS } })).status).toBe(403);
    expect((await world.ask('DELETE', `${ALL}/${OPS_ID}`, { claims })).status).toBe(403);
  });
});
