import { describe, expect, it } from 'vitest';
import { FIRST_LOOK_AFTER_MILLIS } from '../../../shared/delivery/manifest-schedule.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';

const CONNECT = { name: 'SIEM', url: 'https://siem.example/hook' };

function connect(world = anApiWorld(), body: object = {}, headers: Record<string, string> = {}) {
  return world.ask('POST', '/v1/webhooks', { body: { ...CONNECT, ...body }, headers });
}

describe('connecting a webhook', () => {
  it('takes a pace, shows it, and says on the bus that there is one', async () => {
    const world = anApiWorld();
    const { status, json } = await connect(world, { pace: { perMinute: 30 } });
    expect({ status, pace: json.pace }).toEqual({ status: 201, pace: { perMinute: 30 } });
    expect((await world.ask('GET', `/v1/webhooks/${json.id}`)).json).toMatchObject({ pace: { perMinute: 30 } });
    expect(world.announcer.announcements).toMatchObject([{ fields: expect.arrayContaining(['pace']) }]);
    expect((await connect(world)).json).not.toHaveProperty('pace');
  });

  it('lists events from the beginning if it is asked to', async () => {
    const world = anApiWorld();
    const { json } = await connect(world, { pull: { only: true } });
    const since = new Date(world.clock.now()).toISOString();
    expect(json.pull).toEqual({ only: true, since, manifests: false });
    expect((await world.ask('GET', `/v1/webhooks/${json.id}/events`)).json).toMatchObject({
      events: [],
      hasMore: false,
    });
    expect((await connect(world)).json).not.toHaveProperty('pull');
  });

  it('has manifests made from now on if it is asked to', async () => {
    const world = anApiWorld();
    const { json } = await connect(world, { pull: { manifests: true } });
    const now = world.clock.now();
    const since = new Date(now).toISOString();
    expect(json.pull).toEqual({ only: false, since, manifests: true, manifestsSince: since });
    const schedule = { webhookId: json.id, chosenAt: now, lookAt: now + FIRST_LOOK_AFTER_MILLIS };
    expect([...world.manifests.schedules.values()]).toMatchObject([schedule]);
    await connect(world, { pull: {} });
    expect(world.manifests.schedules.size).toBe(1);
  });

  it.each([
    [{ format: 'slack', url: 'https://hooks.slack.com/services/T0/B0/x' }, {}, /^Slack takes findings alone/],
    [{}, { only: true }, /^With `only` nothing is sent/],
  ])('takes no manifests where they cannot be sent: %j %j', async (of, pull, message) => {
    const world = anApiWorld();
    const { status, json } = await connect(world, { ...of, pull: { ...pull, manifests: true } });
    expect({ status, errors: json.errors }).toEqual({
      status: 422,
      errors: [{ field: 'pull.manifests', message: expect.stringMatching(message) }],
    });
    expect(world.manifests.schedules.size).toBe(0);
  });

  it('takes another webhook of the tenant for notices, and shows it', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ webhookId: aWebhookId('wh_chat') })] });
    const { status, json } = await connect(world, { noticesTo: 'wh_chat' });
    expect({ status, noticesTo: json.noticesTo }).toEqual({ status: 201, noticesTo: 'wh_chat' });
    expect((await world.ask('GET', `/v1/webhooks/${json.id}`)).json).toMatchObject({ noticesTo: 'wh_chat' });
    expect((await connect(world)).json).not.toHaveProperty('noticesTo');
  });

  it.each(['wh_none', 'wh_theirs'])(
    'takes no webhook for notices that the tenant does not have: %s',
    async (noticesTo) => {
      const theirs = aWebhook({ webhookId: aWebhookId('wh_theirs'), tenantId: aTenantId('globex') });
      const world = anApiWorld({ webhooks: [theirs] });
      const errors = [{ field: 'noticesTo', message: 'There is no such webhook.' }];
      expect(await connect(world, { noticesTo })).toMatchObject({ status: 422, json: { errors } });
      expect(world.store.webhooks.size).toBe(1);
    },
  );

  it('leaves alerts off, answers with its revision and place, and says who did it', async () => {
    const world = anApiWorld();
    const { status, headers, json } = await connect(world);
    expect(status).toBe(201);
    expect(headers).toMatchObject({ etag: '"1"', location: `/v1/webhooks/${json.id}` });
    expect(json).toMatchObject({
      ...CONNECT,
      format: 'json',
      alerts: { enabled: false, minSeverity: 'high' },
      state: 'enabled',
      isSigned: false,
      updatedBy: 'jane@acme.example',
    });
    expect(json).not.toHaveProperty('signingSecret');
    expect(await world.ask('GET', headers['location'] ?? '')).toMatchObject({ status: 200, json: { id: json.id } });
    expect(world.secrets.versions.size).toBe(0);
  });

  it('shows a generated secret this once, and one of their own never', async () => {
    const world = anApiWorld();
    const generated = await connect(world, { secret: { generate: true } });
    expect(generated.json.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const own = await connect(world, { secret: 'a-secret-of-our-own' });
    expect(own).toMatchObject({ status: 201, json: { isSigned: true } });
    const responses = [own, await world.ask('GET', '/v1/webhooks')].map(({ text }) => text).join();
    expect(responses).not.toContain('a-secret-of-our-own');
    expect(responses).not.toContain(generated.json.signingSecret);
    expect(JSON.stringify([world.announcer.announcements, world.telemetry])).not.toMatch(/whsec_|of-our-own/);
  });

  it('keeps headers, credentials and a URL that is a credential in the secret alone', async () => {
    const world = anApiWorld();
    const url = 'https://hooks.slack.example/services/T0/B0/the-token';
    const slack = await connect(world, { url, format: 'slack', headers: { 'X-Key': 'value-of-key' } });
    expect(slack).toMatchObject({ status: 201, json: { url: 'https://hooks.slack.example/***', ownHeaders: 1 } });
    const splunk = await connect(world, { format: 'splunk-hec', credentials: { token: 'token-of-splunk' } });
    expect(splunk).toMatchObject({ status: 201, json: { credentials: ['token'] } });
    const seen = JSON.stringify([slack.text, splunk.text, [...world.store.webhooks.values()], world.announcer]);
    expect(seen).not.toMatch(/the-token|value-of-key|token-of-splunk|X-Key/);
    const [slackSecret] = [...(world.secrets.versions.get(`arn:secret:acme/${slack.json.id}`)?.values() ?? [])];
    expect(slackSecret).toEqual({ headers: { 'X-Key': 'value-of-key' }, url });
  });

  it.each<[string, object, string, string]>([
    ['plain HTTP', { url: 'http://siem.example/' }, 'url', 'Webhook URLs must use HTTPS.'],
    [
      'no pace at all',
      { pace: { perMinute: 0 } },
      'pace.perMinute',
      'The slowest pace is 1 a minute. To send nothing, pause the webhook.',
    ],
    ['half a finding', { pace: { perMinute: 1.5 } }, 'pace.perMinute', 'This must be a whole number.'],
    [
      'a pace beyond all',
      { pace: { perMinute: 6_001 } },
      'pace.perMinute',
      'The fastest pace is 6000 a minute. Leave it out to send as fast as possible.',
    ],
    [
      'a pace beyond that of the vendor',
      { url: 'https://hooks.slack.com/services/T0/B0/x', format: 'slack', pace: { perMinute: 61 } },
      'pace.perMinute',
      'Slack takes 60 a minute at most. Choose 60 or less.',
    ],
    ['a private address', { url: 'https://10.0.0.1/' }, 'url', 'The destination address is not allowed.'],
    ['our own API', { url: 'https://api.thalian.example/' }, 'url', 'Webhook URLs must name a public host.'],
    [
      'a page of the vendor',
      { url: 'https://discord.com/channels/1/2', format: 'discord' },
      'url',
      'This is a page of Discord, such as that of a channel. Paste the URL of a webhook: Edit channel,',
    ],
    ['no URL', { url: undefined }, 'url', 'This is required: a text.'],
    ['an empty name', { name: '  ' }, 'name', 'A name is needed.'],
    ['an unknown field', { color: 'red' }, 'color', 'There is no such field.'],
    ['an unknown format', { format: 'fax' }, 'format', 'There is no such format: GET /v1/formats lists them.'],
    ['an unknown option', { options: { index: 'x' } }, 'options.index', 'This format has no such field.'],
    ['a missing credential', { format: 'splunk-hec' }, 'credentials.token', 'HEC token is required.'],
    ['a short secret', { secret: 'short' }, 'secret', 'A secret of your own has 16 to 256 printable ASCII characters'],
    ['a broken whsec_ secret', { secret: 'whsec_not-base64-at-all' }, 'secret', 'What follows whsec_ in a secret'],
    ['a reserved header', { headers: { Host: 'x' } }, 'headers.Host', 'This header is set by the service'],
    ['a header twice', { headers: { 'X-A': '1', 'x-a': '2' } }, 'headers', 'A header is given twice'],
    [
      'a header that would get lost in an object',
      { headers: JSON.parse('{"__proto__":"x"}') },
      'headers.__proto__',
      'No header can have this name.',
    ],
    ['a header with a line feed', { headers: { 'X-A': 'a\nb' } }, 'headers.X-A', 'A header value has 1 to 2,048'],
  ])('refuses %s, naming the field', async (_what, body, field, message) => {
    const world = anApiWorld();
    const { status, json } = await connect(world, body);
    expect([status, json.errors]).toEqual([422, [{ field, message: expect.stringContaining(message) }]]);
    expect(json.detail).toBe(json.errors[0].message);
    expect([world.store.webhooks.size, world.secrets.versions.size]).toEqual([0, 0]);
  });

  it('names all that is wrong at once', async () => {
    const { json } = await connect(anApiWorld(), { url: 'http://a.example/', secret: 'short', headers: { te: 'x' } });
    expect(json.errors.map(({ field }: { field: string }) => field)).toEqual(['url', 'headers.te', 'secret']);
  });

  it.each<[string, number, { text?: string; headers?: Record<string, string> }]>([
    ['a body that is no JSON', 400, { text: '{"name":' }],
    ['another type of body', 415, { text: '{}', headers: { 'content-type': 'text/plain' } }],
    ['a body over 64 KB', 413, { text: JSON.stringify({ name: 'x'.repeat(70_000) }) }],
  ])('answers %s with %i', async (_what, status, request) => {
    const response = await anApiWorld().ask('POST', '/v1/webhooks', request);
    expect([response.status, response.json.status]).toEqual([status, status]);
  });

  it('stops at the limit of webhooks per tenant', async () => {
    const world = anApiWorld();
    for (let count = 0; count < world.limits.webhooksPerTenant; count += 1) {
      expect((await connect(world)).status).toBe(201);
    }
    expect(await connect(world)).toMatchObject({
      status: 409,
      json: { type: 'urn:thalian:webhooks:problem:webhook-limit-reached' },
    });
    const other = await world.ask('POST', '/v1/webhooks', { body: CONNECT, tenantId: 'globex' });
    expect(other.status).toBe(201);
  });

  it.each([
    ['a value', { headers: { 'X-Key': '\ud800' } }],
    ['a name', { options: { 'index\udc00': 'main' } }],
    ['a secret', { secret: 'sixteen-characters\ud83d' }],
  ])('is refused with half of a surrogate pair in %s, with and without a key', async (_where, body) => {
    const world = anApiWorld();
    const refused = { status: 400, json: { type: 'urn:thalian:webhooks:problem:invalid-json' } };
    expect(await connect(world, body)).toMatchObject(refused);
    expect(await connect(world, body, { 'idempotency-key': 'key-1' })).toMatchObject(refused);
    expect((await connect(world, { headers: { 'X-Key': 'a\\ud800' } })).status).toBe(201);
  });

  it('is told on the bus, by whom and what, without values', async () => {
    const world = anApiWorld();
    const { json } = await connect(world, { secret: 'a-secret-of-our-own', headers: { 'X-Key': 'value' } });
    expect(world.announcer.announcements).toEqual([
      {
        tenantId: 'acme',
        kind: 'webhook-changed',
        webhookId: json.id,
        change: 'connected',
        fields: ['name', 'url', 'format', 'secret', 'headers'],
        by: 'jane@acme.example',
        at: '2026-11-23T10:00:05.000Z',
      },
    ]);
  });

  it('is done even if the bus cannot be told, which is logged', async () => {
    const world = anApiWorld();
    world.announcer.shut = true;
    expect((await connect(world)).status).toBe(201);
    expect(world.telemetry.failures).toMatchObject([{ event: 'change.unpublished', fields: { change: 'connected' } }]);
  });
});

describe('connecting under an Idempotency-Key', () => {
  const KEY = { 'idempotency-key': 'key-1' };
  const GENERATE = { secret: { generate: true } };
  const OWN_HEADERS = { 'X-B': 'two-value', 'X-A': 'one-value' };

  it('makes one webhook, and shows its secret only the first time', async () => {
    const world = anApiWorld();
    const first = await connect(world, GENERATE, KEY);
    world.restart();
    const again = await connect(world, GENERATE, KEY);
    expect(again).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      json: { id: first.json.id },
    });
    expect(first.json).toHaveProperty('signingSecret');
    expect(again.json).not.toHaveProperty('signingSecret');
    expect(world.store.webhooks.size).toBe(1);
    expect(JSON.stringify([...world.requests.records])).not.toContain(first.json.signingSecret);
  });

  it('refuses the key for another body, and takes it from another tenant', async () => {
    const world = anApiWorld();
    await connect(world, {}, KEY);
    expect(await connect(world, { name: 'Another' }, KEY)).toMatchObject({
      status: 422,
      json: { type: 'urn:thalian:webhooks:problem:idempotency-key-reused' },
    });
    const other = { body: CONNECT, headers: KEY, tenantId: 'globex' };
    expect((await world.ask('POST', '/v1/webhooks', other)).status).toBe(201);
  });

  it('recognises the same body, in whatever order its members come', async () => {
    const world = anApiWorld();
    expect((await connect(world, { headers: OWN_HEADERS }, KEY)).status).toBe(201);
    const { 'X-B': second, 'X-A': first } = OWN_HEADERS;
    const body = { headers: { 'X-A': first, 'X-B': second }, url: CONNECT.url, name: CONNECT.name };
    const again = await world.ask('POST', '/v1/webhooks', { body, headers: KEY });
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    expect(world.store.webhooks.size).toBe(1);
  });

  it('recognises a request on record from version 6493d20, unless its headers come in another order', async () => {
    const world = anApiWorld();
    await connect(world, { headers: OWN_HEADERS }, KEY);
    for (const [name, record] of world.requests.records) {
      // Written by that version for this very request.
      world.requests.records.set(name, { ...record, fingerprint: 'WRuTaFRAk2wb1lnHP7l8PiRnuDEPgu33Q5wz2JqpMG8' });
    }
    const replayed = { status: 201, headers: { 'idempotency-replayed': 'true' } };
    expect(await connect(world, { headers: OWN_HEADERS }, KEY)).toMatchObject(replayed);
    const body = { headers: OWN_HEADERS, ...CONNECT };
    expect(await world.ask('POST', '/v1/webhooks', { body, headers: KEY })).toMatchObject(replayed);
    const { 'X-B': second, 'X-A': first } = OWN_HEADERS;
    const reordered = await connect(world, { headers: { 'X-A': first, 'X-B': second } }, KEY);
    expect(reordered).toMatchObject({
      status: 422,
      json: { type: 'urn:thalian:webhooks:problem:idempotency-key-reused' },
    });
    expect(world.store.webhooks.size).toBe(1);
  });

  it('leaves the key free after a refusal', async () => {
    const world = anApiWorld();
    expect((await connect(world, { url: 'http://siem.example/' }, KEY)).status).toBe(422);
    expect((await connect(world, {}, KEY)).status).toBe(201);
  });

  it('carries on with what a try that died had begun, once that cannot be at it any more', async () => {
    const world = anApiWorld();
    const { add } = world.store;
    world.store.add = () => Promise.reject(new Error('died'));
    expect((await connect(world, GENERATE, KEY)).status).toBe(500);
    world.store.add = add;
    const tooSoon = await connect(world, GENERATE, KEY);
    expect(tooSoon).toMatchObject({ status: 409, headers: { 'retry-after': '35' } });
    world.clock.moveOn(35_000);
    const again = await connect(world, GENERATE, KEY);
    expect(again.status).toBe(201);
    expect(again.json.signingSecret).toMatch(/^whsec_/);
    expect([world.store.webhooks.size, world.secrets.versions.size]).toEqual([1, 1]);
  });

  it('finds what a try had made that died before it could say so', async () => {
    const world = anApiWorld();
    world.requests.finish = () => Promise.reject(new Error('died'));
    expect((await connect(world, GENERATE, KEY)).status).toBe(500);
    world.requests.finish = async () => {};
    const again = await connect(world, GENERATE, KEY);
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    expect(world.store.webhooks.size).toBe(1);
  });

  it('does not bring back what a try had made that died, and that was deleted since: it connects another', async () => {
    const world = anApiWorld();
    world.requests.finish = () => Promise.reject(new Error('died'));
    expect((await connect(world, GENERATE, KEY)).status).toBe(500);
    world.requests.finish = async () => {};
    const [made] = [...world.store.webhooks.values()];
    expect((await world.ask('DELETE', `/v1/webhooks/${made?.webhookId}`)).status).toBe(204);
    world.clock.moveOn(35_000);
    const again = await connect(world, GENERATE, KEY);
    expect(again.status).toBe(201);
    expect(again.json.id).not.toBe(made?.webhookId);
  });

  it('does not bring back what has been deleted since', async () => {
    const world = anApiWorld();
    const { json } = await connect(world, {}, KEY);
    await world.ask('DELETE', `/v1/webhooks/${json.id}`);
    expect((await connect(world, {}, KEY)).status).toBe(404);
    expect(world.store.webhooks.size).toBe(0);
  });
});

describe('the catalogue of formats', () => {
  it('says of every format what a form needs', async () => {
    const { json } = await anApiWorld().ask('GET', '/v1/formats', { claims: claimsOf('acme', '[webhooks-read]') });
    const formats = new Map<string, object>(json.formats.map((format: { id: string }) => [format.id, format]));
    expect(formats.get('json')).toMatchObject({ urlIsCredential: false, options: [], credentials: [] });
    expect(formats.get('slack')).toMatchObject({ urlIsCredential: true });
    expect(formats.get('splunk-hec')).toMatchObject({
      credentials: [{ name: 'token', required: true, kind: 'text' }],
    });
  });
});
