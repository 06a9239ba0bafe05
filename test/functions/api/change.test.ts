import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../shared/topology/queues.ts';
import { PULL_BEGINS_AFTER_MILLIS } from '../../../shared/webhook/pull.ts';
import { useSecret } from '../../../shared/webhook/webhook.ts';
import { changeSettings, disableWebhook } from '../../../shared/webhook/webhook-changes.ts';
import { noteHealth } from '../../../shared/webhook/webhook-health.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';

const ONE = '/v1/webhooks/wh_siem';
const ALERTS = { enabled: true, minSeverity: 'low' };

/** One webhook with everything that a secret may hold. */
async function aWorldWithSecrets() {
  const world = anApiWorld();
  const value = {
    signing: { current: 'signing-secret-of-acme' },
    headers: { 'X-Key': 'header-of-acme' },
    credentials: { token: 'token-of-acme' },
  };
  const reference = await world.secrets.create(aTenantId(), aWebhookId(), 'v1', value);
  const webhook = aWebhook({ format: { id: 'splunk-hec', options: {} } });
  world.store.webhooks.set('acme#wh_siem', useSecret(webhook, reference, value));
  const secret = () => {
    const stored = world.store.webhooks.get('acme#wh_siem')?.secret;
    return stored && world.secrets.versions.get(stored.arn)?.get(stored.versionId);
  };
  return { ...world, value, secret };
}

describe('the revision', () => {
  it.each([
    ['PUT', `${ONE}/alerts`, ALERTS],
    ['PATCH', ONE, { name: 'Another' }],
    ['POST', `${ONE}/pause`, undefined],
    ['POST', `${ONE}/resume`, undefined],
    ['POST', `${ONE}/secret`, { secret: { generate: true } }],
    ['DELETE', `${ONE}/secret`, undefined],
    ['DELETE', ONE, undefined],
  ])('keeps %s %s from being decided on old knowledge', async (method, path, body) => {
    const world = anApiWorld({ webhooks: [aWebhook({ revision: 3 })] });
    const ask = (ifMatch: string) => world.ask(method, path, { body, headers: { 'if-match': ifMatch } });
    const outdated = await ask('"2"');
    expect(outdated).toMatchObject({ status: 412, json: { type: 'urn:thalian:webhooks:problem:revision-outdated' } });
    expect([...world.store.webhooks.values()]).toEqual([aWebhook({ revision: 3 })]);
    expect((await ask('W/"3"')).status).toBeLessThan(300);
  });

  it('is the ETag of what is read, and grows with a change', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ revision: 3 })] });
    expect((await world.ask('GET', ONE)).headers['etag']).toBe('"3"');
    expect((await world.ask('PUT', `${ONE}/alerts`, { body: ALERTS })).headers['etag']).toBe('"4"');
  });

  it('is not touched by what the sender notes', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    await world.store.update(aTenantId(), aWebhookId(), noteHealth('attempt-failed', 1));
    await world.store.update(aTenantId(), aWebhookId(), disableWebhook('gone'));
    const renamed = await world.ask('PATCH', ONE, { body: { name: 'Another' }, headers: { 'if-match': '"1"' } });
    expect(renamed).toMatchObject({ status: 200, json: { state: 'disabled', stateReason: 'gone' } });
  });

  it('must be one', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const response = await world.ask('POST', `${ONE}/pause`, { headers: { 'if-match': '"latest"' } });
    expect(response).toMatchObject({ status: 400, json: { errors: [{ field: 'if-match' }] } });
    expect((await world.ask('POST', `${ONE}/pause`, { headers: { 'if-match': '*' } })).status).toBe(200);
  });
});

describe('a write whose response was lost', () => {
  it('is recognised as our own, and told once', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const { update } = world.store;
    world.store.update = async (...args) => {
      await update.apply(world.store, args);
      return update.apply(world.store, args);
    };
    const response = await world.ask('PUT', `${ONE}/alerts`, { body: ALERTS, headers: { 'if-match': '"1"' } });
    expect(response).toMatchObject({ status: 200, json: { revision: 2, alerts: ALERTS } });
    expect(world.announcer.announcements).toHaveLength(1);
  });

  it.each([
    ['PATCH', ONE, { options: { index: 'security', source: 'thalian' }, credentials: { token: 'another-token' } }],
    ['POST', `${ONE}/secret`, { secret: { generate: true } }],
    ['PUT', `${ONE}/alerts`, ALERTS],
  ])('is recognised in whatever order DynamoDB gives its maps: %s %s', async (method, path, body) => {
    const world = await aWorldWithSecrets();
    const { update } = world.store;
    world.store.update = async (...args) => {
      await update.apply(world.store, args);
      return 'conflict';
    };
    const response = await world.ask(method, path, { body, headers: { 'if-match': '"1"' } });
    expect(response).toMatchObject({ status: 200, json: { revision: 2 } });
    expect(world.announcer.announcements).toHaveLength(1);
  });

  it('is recognised though the sender has taken a turn meanwhile', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ pace: { perMinute: 30 } })] });
    const { update } = world.store;
    world.store.update = async (...args) => {
      await update.apply(world.store, args);
      const stored = world.store.webhooks.get('acme#wh_siem');
      world.store.webhooks.set('acme#wh_siem', {
        ...aWebhook(stored),
        ...{
          turns: { nextTurnAt: 9 },
          retryTurnAt: 9,
          explainedMillis: 9,
        },
      });
      return update.apply(world.store, args);
    };
    const response = await world.ask('PATCH', ONE, { body: { name: 'Another' } });
    expect(response).toMatchObject({ status: 200, json: { revision: 2, name: 'Another' } });
    expect(world.announcer.announcements).toHaveLength(1);
  });

  it('is recognised of a deletion, too', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const { remove } = world.store;
    world.store.remove = async (...args) => {
      await remove.apply(world.store, args);
      return remove.apply(world.store, args);
    };
    expect((await world.ask('DELETE', ONE)).status).toBe(204);
  });
});

describe('without If-Match', () => {
  it('a change is decided again on what another caller has written meanwhile', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const { find } = world.store;
    let isFirst = true;
    world.store.find = async (...args) => {
      const webhook = await find.apply(world.store, args);
      if (isFirst && webhook !== undefined) {
        isFirst = false;
        const rename = changeSettings(webhook, { name: 'Renamed' }, { by: 'sam', at: 1 });
        await world.store.update(aTenantId(), aWebhookId(), rename);
      }
      return webhook;
    };
    const response = await world.ask('PUT', `${ONE}/alerts`, { body: ALERTS });
    expect(response).toMatchObject({ status: 200, json: { name: 'Renamed', alerts: ALERTS, revision: 3 } });
  });
});

describe('the alert rule', () => {
  it('is set as a whole', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ alerts: { enabled: false, minSeverity: 'high' } })] });
    expect((await world.ask('PUT', `${ONE}/alerts`, { body: ALERTS })).json.alerts).toEqual(ALERTS);
    expect((await world.ask('PUT', `${ONE}/alerts`, { body: { enabled: true } })).status).toBe(422);
    const wrong = await world.ask('PUT', `${ONE}/alerts`, { body: { enabled: true, minSeverity: 'severe' } });
    expect(wrong.json.errors).toEqual([
      { field: 'minSeverity', message: 'This must be one of: critical, high, medium, low, info.' },
    ]);
  });

  it('that is the same already is no change', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ alerts: { enabled: true, minSeverity: 'low' } })] });
    expect(await world.ask('PUT', `${ONE}/alerts`, { body: ALERTS })).toMatchObject({
      status: 200,
      json: { revision: 1 },
    });
    expect(world.announcer.announcements).toEqual([]);
  });
});

describe('pausing and resuming', () => {
  it('goes to and fro, and twice the same is once', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    expect((await world.ask('POST', `${ONE}/pause`)).json).toMatchObject({ state: 'paused', revision: 2 });
    expect((await world.ask('POST', `${ONE}/pause`)).json).toMatchObject({ state: 'paused', revision: 2 });
    expect((await world.ask('POST', `${ONE}/resume`)).json).toMatchObject({ state: 'enabled', revision: 3 });
  });

  it('brings a disabled webhook back with a clean health, but does not pause it', async () => {
    const health = { failuresInARow: 5, exhaustedCount: 20, failingSince: 1 };
    const disabled = aWebhook({ state: { kind: 'disabled', reason: 'failing' }, health });
    const world = anApiWorld({ webhooks: [disabled] });
    expect((await world.ask('POST', `${ONE}/pause`)).status).toBe(409);
    expect((await world.ask('POST', `${ONE}/resume`)).json.state).toBe('enabled');
    expect((await world.ask('GET', ONE)).json.health.isFailing).toBe(false);
  });
});

describe('changing the settings', () => {
  it('leaves what is not named', async () => {
    const world = await aWorldWithSecrets();
    const response = await world.ask('PATCH', ONE, { body: { name: ' SIEM, Frankfurt ' } });
    expect(response.json).toMatchObject({ name: 'SIEM, Frankfurt', url: 'https://siem.example/hook', isSigned: true });
    expect(world.secret()).toEqual(world.value);
    expect(world.announcer.announcements).toMatchObject([{ change: 'settings', fields: ['name'] }]);
  });

  it('takes another path of the same origin as it is', async () => {
    const world = await aWorldWithSecrets();
    const response = await world.ask('PATCH', ONE, { body: { url: 'https://siem.example/other' } });
    expect(response).toMatchObject({ status: 200, json: { url: 'https://siem.example/other' } });
    expect(world.secret()).toEqual(world.value);
  });

  it.each([
    ['another host', 'https://evil.example/hook'],
    ['another port', 'https://siem.example:8443/hook'],
    ['a look-alike', 'https://siem.example.evil.example/hook'],
  ])('wants every secret again for %s', async (_what, url) => {
    const world = await aWorldWithSecrets();
    const response = await world.ask('PATCH', ONE, { body: { url } });
    expect(response).toMatchObject({
      status: 422,
      json: { type: 'urn:thalian:webhooks:problem:credentials-required' },
    });
    expect(response.json.errors.map(({ field }: { field: string }) => field)).toEqual([
      'secret',
      'headers',
      'credentials',
    ]);
    const partly = await world.ask('PATCH', ONE, { body: { url, headers: null, secret: null } });
    expect(partly.json.errors.map(({ field }: { field: string }) => field)).toEqual(['credentials']);
    expect(world.store.webhooks.get('acme#wh_siem')?.url).toBe('https://siem.example/hook');
  });

  it('goes elsewhere with new secrets, or without', async () => {
    const world = await aWorldWithSecrets();
    const body = {
      url: 'https://other.example/hook',
      secret: { generate: true },
      headers: null,
      credentials: { token: 'another-token' },
    };
    const response = await world.ask('PATCH', ONE, { body });
    expect(response).toMatchObject({ status: 200, json: { ownHeaders: 0, isSigned: true, credentials: ['token'] } });
    expect(world.secret()).toEqual({
      signing: { current: response.json.signingSecret },
      credentials: { token: 'another-token' },
    });
  });

  it('needs no secrets again where there are none', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const response = await world.ask('PATCH', ONE, { body: { url: 'https://other.example/' } });
    expect(response).toMatchObject({ status: 200, json: { url: 'https://other.example/' } });
  });

  it('rotates no secret by the way: that has an overlap to keep', async () => {
    const world = await aWorldWithSecrets();
    const response = await world.ask('PATCH', ONE, { body: { secret: 'another-secret-of-acme' } });
    expect(response).toMatchObject({ status: 422, json: { errors: [{ field: 'secret' }] } });
  });

  it('replaces a URL that is a credential in the secret alone', async () => {
    const world = anApiWorld();
    const body = { name: 'Chat', url: 'https://chat.example/services/old-token', format: 'slack' };
    const { json } = await world.ask('POST', '/v1/webhooks', { body });
    const path = `/v1/webhooks/${json.id}`;
    const changed = await world.ask('PATCH', path, { body: { url: 'https://chat.example/services/new-token' } });
    expect(changed).toMatchObject({ status: 200, json: { url: 'https://chat.example/***' } });
    await world.ask('POST', `${path}/test`);
    expect(world.client.requests[0]?.url).toBe('https://chat.example/services/new-token');
    expect(JSON.stringify([...world.store.webhooks.values()])).not.toContain('token');
  });

  it('takes another pace and goes back to that of the destination', async () => {
    const turns = { nextTurnAt: 9 };
    const world = anApiWorld({ webhooks: [aWebhook({ pace: { perMinute: 30 }, turns })] });
    const stored = () => world.store.webhooks.get('acme#wh_siem');
    expect((await world.ask('PATCH', ONE, { body: { name: 'Another' } })).json.pace).toEqual({ perMinute: 30 });
    expect(stored()).toMatchObject({ turns });
    expect((await world.ask('PATCH', ONE, { body: { pace: { perMinute: 6 } } })).json.pace).toEqual({ perMinute: 6 });
    expect(stored()).not.toHaveProperty('turns');
    const { status, json } = await world.ask('PATCH', ONE, { body: { pace: null } });
    expect(status).toBe(200);
    expect(json).not.toHaveProperty('pace');
    expect(stored()).not.toHaveProperty('pace');
    expect(world.announcer.announcements.at(-1)).toMatchObject({ change: 'settings', fields: ['pace'] });
  });

  it('takes another webhook for notices, never itself, and takes it away', async () => {
    const chat = aWebhook({ webhookId: aWebhookId('wh_chat') });
    const theirs = aWebhook({ webhookId: aWebhookId('wh_theirs'), tenantId: aTenantId('globex') });
    const world = anApiWorld({ webhooks: [aWebhook(), chat, theirs] });
    const stored = () => world.store.webhooks.get('acme#wh_siem');
    const ask = (noticesTo: string | null) => world.ask('PATCH', ONE, { body: { noticesTo } });
    for (const [id, message] of [
      ['wh_siem', 'A webhook that fails cannot report on itself: choose another.'],
      ['wh_theirs', 'There is no such webhook.'],
    ] as const) {
      expect(await ask(id)).toMatchObject({ status: 422, json: { errors: [{ field: 'noticesTo', message }] } });
    }
    expect(await ask('wh_chat')).toMatchObject({ status: 200, json: { noticesTo: 'wh_chat' } });
    expect((await world.ask('PATCH', ONE, { body: { name: 'Another' } })).json.noticesTo).toBe('wh_chat');
    expect((await ask(null)).json).not.toHaveProperty('noticesTo');
    expect(stored()).not.toHaveProperty('noticesTo');
    expect(world.announcer.announcements.at(-1)).toMatchObject({ change: 'settings', fields: ['noticesTo'] });
  });

  it('lists events from a minute later on, keeps to that as long as they are listed, and ends it', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const ask = async (pull: object | null) => (await world.ask('PATCH', ONE, { body: { pull } })).json.pull;
    const since = new Date(world.clock.now() + PULL_BEGINS_AFTER_MILLIS).toISOString();
    expect(PULL_BEGINS_AFTER_MILLIS).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS * 1000);
    expect(await ask({})).toEqual({ only: false, since, manifests: false });
    world.clock.moveOn(3_600_000);
    expect(await ask({ only: true })).toEqual({ only: true, since, manifests: false });
    expect((await world.ask('PATCH', ONE, { body: { name: 'Another' } })).json.pull).toMatchObject({ since });
    expect(await ask(null)).toBeUndefined();
    expect(world.store.webhooks.get('acme#wh_siem')).not.toHaveProperty('pull');
    expect((await ask({})).since > since).toBe(true);
    expect(world.announcer.announcements.at(-1)).toMatchObject({ change: 'settings', fields: ['pull'] });
    expect(await world.ask('PATCH', ONE, { body: { pull: { all: true } } })).toMatchObject({ status: 422 });
  });

  it('has manifests made from the next choice of them on, and not of what was before the list began', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const ask = async (pull: object) => (await world.ask('PATCH', ONE, { body: { pull } })).json.pull;
    const instant = (millis: number) => new Date(millis).toISOString();
    const began = world.clock.now() + PULL_BEGINS_AFTER_MILLIS;
    expect(await ask({ manifests: true })).toMatchObject({ manifests: true, manifestsSince: instant(began) });
    world.clock.moveOn(3_600_000);
    // Another change of the same choice leaves the schedule.
    expect(await ask({ manifests: true })).toMatchObject({ manifestsSince: instant(began) });
    expect(world.manifests.schedules.get('acme#wh_siem')).toMatchObject({ chosenAt: began - PULL_BEGINS_AFTER_MILLIS });
    expect(await ask({})).toEqual({ only: false, since: instant(began), manifests: false });
    world.clock.moveOn(3_600_000);
    expect(await ask({ manifests: true })).toMatchObject({ manifestsSince: instant(world.clock.now()) });
    expect(world.manifests.schedules.get('acme#wh_siem')).toMatchObject({ chosenAt: world.clock.now() });
    expect(await world.ask('PATCH', ONE, { body: { pull: { only: true, manifests: true } } })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'pull.manifests' }] },
    });
  });

  it('is not stored where its schedule cannot be: no choice of manifests is without one', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    world.manifests.begin = () => Promise.reject(new DependencyUnavailable('delivery-log', 'begin', new Error('down')));
    const { status } = await world.ask('PATCH', ONE, { body: { pull: { manifests: true } } });
    expect(status).toBeGreaterThanOrEqual(500);
    expect(world.store.webhooks.get('acme#wh_siem')).not.toHaveProperty('pull');
  });

  it("takes no pace beyond its vendor's", async () => {
    const format = { id: 'pagerduty', options: {} };
    const world = anApiWorld({ webhooks: [aWebhook({ format })] });
    const beyond = await world.ask('PATCH', ONE, { body: { pace: { perMinute: 101 } } });
    const errors = [{ field: 'pace.perMinute', message: 'PagerDuty takes 100 a minute at most. Choose 100 or less.' }];
    expect(beyond).toMatchObject({ status: 422, json: { errors } });
    expect((await world.ask('PATCH', ONE, { body: { pace: { perMinute: 100 } } })).status).toBe(200);
  });

  it('must change something', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    expect(await world.ask('PATCH', ONE, { body: {} })).toMatchObject({ status: 422 });
    const response = await world.ask('PATCH', ONE, { body: { name: 'Chat', format: 'slack' } });
    expect(response.json.errors).toEqual([{ field: 'format', message: 'There is no such field.' }]);
  });
});

describe('deleting a webhook', () => {
  it('takes its secret along, and is told', async () => {
    const world = await aWorldWithSecrets();
    expect(await world.ask('DELETE', ONE)).toMatchObject({ status: 204, text: '' });
    expect([world.store.webhooks.size, world.secrets.versions.size]).toEqual([0, 0]);
    expect(world.announcer.announcements).toMatchObject([{ change: 'deleted' }]);
    expect((await world.ask('DELETE', ONE)).status).toBe(404);
  });

  it('never leaves an item that names a secret which is gone; repeated, it finishes what broke off', async () => {
    const world = await aWorldWithSecrets();
    world.secrets.shut = true;
    const { remove } = world.secrets;
    world.secrets.remove = () => Promise.reject(new Error('down'));
    expect((await world.ask('DELETE', ONE)).status).toBe(500);
    expect([world.store.webhooks.size, world.secrets.versions.size]).toEqual([0, 1]);
    world.secrets.remove = remove;
    expect((await world.ask('DELETE', ONE)).status).toBe(204);
    expect(world.secrets.versions.size).toBe(0);
  });
});

describe("another tenant's webhook", () => {
  const REQUESTS = [
    ['GET', ONE, undefined],
    ['PATCH', ONE, { name: 'Mine' }],
    ['DELETE', ONE, undefined],
    ['PUT', `${ONE}/alerts`, ALERTS],
    ['POST', `${ONE}/pause`, undefined],
    ['POST', `${ONE}/resume`, undefined],
    ['POST', `${ONE}/secret`, { secret: { generate: true } }],
    ['DELETE', `${ONE}/secret`, undefined],
    ['POST', `${ONE}/test`, undefined],
    ['POST', `${ONE}/test/preview`, undefined],
    ['GET', `${ONE}/deliveries`, undefined],
    ['GET', `${ONE}/deliveries/dlv_1`, undefined],
    ['GET', `${ONE}/stats`, undefined],
    ['POST', `${ONE}/deliveries/dlv_1/retry`, undefined],
    ['POST', `${ONE}/deliveries/retry`, { status: 'failed' }],
  ] as const;

  it.each(REQUESTS)('answers 404 to %s %s and stays as it is', async (method, path, body) => {
    const world = await aWorldWithSecrets();
    const before = JSON.stringify([[...world.store.webhooks], [...world.secrets.versions].length]);
    const response = await world.ask(method, path, { body, claims: claimsOf('globex') });
    expect(response).toMatchObject({ status: 404, json: { type: 'urn:thalian:webhooks:problem:not-found' } });
    expect(JSON.stringify([[...world.store.webhooks], [...world.secrets.versions].length])).toBe(before);
    expect(world.client.requests).toEqual([]);
  });

  it('is not on the list', async () => {
    const world = await aWorldWithSecrets();
    expect((await world.ask('GET', '/v1/webhooks', { tenantId: 'globex' })).json.webhooks).toEqual([]);
  });
});

describe('a webhook that was connected with a URL that is refused now', () => {
  const RAW = 'https://splunk.example:8088/services/collector/raw';

  it('stays editable in everything else, with the same URL in the request or without it', async () => {
    const webhook = aWebhook({ url: RAW, format: { id: 'splunk-hec', options: {} } });
    const world = anApiWorld({ webhooks: [webhook] });
    const requests = [
      ['PATCH', ONE, { name: 'Another' }],
      ['PATCH', ONE, { options: { index: 'security' }, credentials: { token: 'a-new-token' } }],
      ['PATCH', ONE, { name: 'A third', url: RAW }],
      ['PUT', `${ONE}/alerts`, ALERTS],
      ['POST', `${ONE}/secret`, { secret: { generate: true } }],
      ['POST', `${ONE}/pause`, undefined],
      ['POST', `${ONE}/resume`, undefined],
    ] as const;
    for (const [method, path, body] of requests) {
      expect(await world.ask(method, path, { body }), `${method} ${path}`).toMatchObject({ status: 200 });
    }
    const moved = await world.ask('PATCH', ONE, { body: { url: `${RAW}/1.0` } });
    expect(moved).toMatchObject({ status: 422, json: { errors: [{ field: 'url' }] } });
    expect(world.store.webhooks.get('acme#wh_siem')).toMatchObject({ url: RAW, name: 'A third' });
  });

  it('stays so also if the URL is kept as a secret', async () => {
    const url = 'https://outlook.office.com/webhook/0a1b/IncomingWebhook/2c3d';
    const world = anApiWorld();
    const reference = await world.secrets.create(aTenantId(), aWebhookId(), 'v1', { url });
    const webhook = aWebhook({ url: 'https://outlook.office.com', format: { id: 'teams', options: {} } });
    world.store.webhooks.set('acme#wh_siem', useSecret(webhook, reference, { url }));
    expect(await world.ask('PATCH', ONE, { body: { name: 'Another' } })).toMatchObject({ status: 200 });
    expect(await world.ask('PATCH', ONE, { body: { url } })).toMatchObject({ status: 200 });
    expect(await world.ask('PATCH', ONE, { body: { url: `${url}4e` } })).toMatchObject({ status: 422 });
  });
});

it('keeps a webhook from before an option as it is until the option is chosen', async () => {
  const webhook = aWebhook({ format: { id: 'servicenow', options: { table: 'incident' } } });
  const world = anApiWorld({ webhooks: [webhook] });
  const change = (options: object) => world.ask('PATCH', ONE, { body: { options } });
  expect(await change({ category: 'security' })).toMatchObject({ status: 200 });
  const stored = () => world.store.webhooks.get('acme#wh_siem')?.format.options;
  expect(stored()).toEqual({ table: 'incident', category: 'security' });
  expect(await change({ correlateBy: '' })).toMatchObject({ status: 200 });
  expect(stored()).toEqual({ table: 'incident' });
  expect(await change({ correlateBy: 'delivery' })).toMatchObject({ status: 200 });
  expect(stored()).toEqual({ table: 'incident', correlateBy: 'delivery' });
});
