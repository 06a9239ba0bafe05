import { createPublicKey, verify } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { aWebhook } from '../../builders/webhook.ts';
import { type ApiWorld, anApiWorld } from '../../fakes/api-world.ts';

const ONE = '/v1/webhooks/wh_siem';
const JWKS = '/v1/jwks/acme/wh_siem';

function aWorld() {
  const world = anApiWorld({ webhooks: [aWebhook()] });
  // Verifiers go by the real time.
  world.clock.moveOn(Math.max(0, Date.now() - world.clock.now()));
  return world;
}

function rotate(world: ApiWorld, body: object = {}, headers: Record<string, string> = {}) {
  return world.ask('POST', `${ONE}/signing-key`, { body, headers });
}

/** The keys that a receiver reads, as the ids that it knows them by. */
async function kidsAt(world: ApiWorld, path = JWKS): Promise<readonly string[]> {
  const { json } = await world.ask('GET', path, { claims: undefined });
  return json.keys.map(({ kid }: { kid: string }) => kid);
}

/** As a receiver does it that knows the keys of the JWKS address and nothing else. */
async function verifyingKids(world: ApiWorld): Promise<readonly string[]> {
  await world.ask('POST', `${ONE}/test`);
  const { headers = {}, body = '' } = world.client.requests.at(-1) ?? {};
  const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  const signatures = (headers['webhook-signature'] ?? '').split(' ').filter((one) => one.startsWith('v1a,'));
  const { json } = await world.ask('GET', JWKS, { claims: undefined });
  return json.keys
    .filter((jwk: Record<string, string>) =>
      signatures.some((signature) =>
        verify(
          null,
          signed,
          createPublicKey({ key: jwk, format: 'jwk' }),
          Buffer.from(signature.slice('v1a,'.length), 'base64'),
        ),
      ),
    )
    .map(({ kid }: { kid: string }) => kid);
}

describe('a signing key', () => {
  it('is made when it is asked for, signs from then on, and is at an address that needs no token', async () => {
    const world = aWorld();
    const { status, json } = await rotate(world);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      isSigned: false,
      revision: 2,
      jwksPath: JWKS,
      publicKeys: [{ kid: expect.any(String), key: expect.stringMatching(/^whpk_/) }],
    });
    const read = await world.ask('GET', JWKS, { claims: undefined });
    expect(read).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=300' } });
    expect(read.json.keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: json.publicKeys[0].kid, x: expect.any(String) },
    ]);
    expect(await verifyingKids(world)).toEqual([json.publicKeys[0].kid]);
  });

  it.each([{}, { 'content-type': 'application/json' }])('needs no body, with the headers %j', async (headers) => {
    const world = aWorld();
    await rotate(world);
    const { status, json } = await world.ask('POST', `${ONE}/signing-key`, { headers });
    expect(status).toBe(200);
    expect(json.publicKeys).toHaveLength(2);
  });

  it('signs alone without a secret, and beside it with one, which published verifiers go on to take', async () => {
    const world = aWorld();
    await rotate(world);
    await world.ask('POST', `${ONE}/test`);
    const alone = world.client.requests.at(-1)?.headers;
    expect(alone?.['webhook-signature']).toMatch(/^v1a,[A-Za-z0-9+/]{86}==$/);
    expect(alone).not.toHaveProperty('x-thalian-signature');

    const { json } = await world.ask('POST', `${ONE}/secret`, { body: { secret: { generate: true } } });
    await world.ask('POST', `${ONE}/test`);
    const request = world.client.requests.at(-1);
    expect(request?.headers['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+$/);
    expect(request?.headers).toHaveProperty('x-thalian-signature');
    const verifier = new StandardWebhook(json.signingSecret);
    expect(() => verifier.verify(request?.body ?? '', { ...request?.headers })).not.toThrow();
  });

  it('is never shown, logged or published in its private half', async () => {
    const world = aWorld();
    const { json } = await rotate(world);
    const reference = world.store.webhooks.get('acme#wh_siem')?.secret;
    const value = reference && world.secrets.versions.get(reference.arn)?.get(reference.versionId);
    const seed = value?.signingKeys?.current.slice('whsk_'.length) ?? '';
    expect(seed).toHaveLength(44);
    const seen = JSON.stringify([json, world.announcer.announcements, world.store.webhooks.get('acme#wh_siem')]);
    expect(seen).not.toContain(seed);
    expect(seen).not.toContain('whsk_');
    expect(world.announcer.announcements).toMatchObject([{ change: 'signing-key-rotated', fields: ['publicKeys'] }]);
  });

  it('signs beside its successor until the overlap ends, and is at the address for as long', async () => {
    const world = aWorld();
    const first = (await rotate(world)).json.publicKeys[0].kid;
    const { json } = await rotate(world, { overlapSeconds: 60 });
    const [second] = json.publicKeys;
    expect(json.publicKeys).toMatchObject([
      { kid: second.kid },
      { kid: first, until: new Date(world.clock.now() + 60_000).toISOString() },
    ]);
    expect(await kidsAt(world)).toEqual([second.kid, first]);
    expect(await verifyingKids(world)).toEqual([second.kid, first]);
    // A signature's time is in whole seconds.
    world.clock.moveOn(61_000);
    expect(await kidsAt(world)).toEqual([second.kid]);
    expect(await verifyingKids(world)).toEqual([second.kid]);
    expect((await world.ask('GET', ONE)).json.publicKeys).toHaveLength(1);
  });

  it('is refused as a fourth until an overlap ends, and taken at once without one', async () => {
    const world = aWorld();
    await rotate(world);
    await rotate(world, { overlapSeconds: 90 });
    await rotate(world, { overlapSeconds: 600 });
    expect(await rotate(world)).toMatchObject({
      status: 409,
      headers: { 'retry-after': '90' },
      json: { type: 'urn:thalian:webhooks:problem:too-many-secrets', detail: expect.stringContaining('3 keys sign') },
    });
    expect((await rotate(world, { overlapSeconds: 0 })).json.publicKeys).toHaveLength(1);
  });

  it('is made once, however often the request is repeated under one Idempotency-Key', async () => {
    const world = aWorld();
    const key = { 'idempotency-key': 'rotate-1' };
    const first = await rotate(world, {}, key);
    const again = await rotate(world, {}, key);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
    expect(again.json.publicKeys).toEqual(first.json.publicKeys);
  });

  it('stays through a rotation of the secret, new headers and a new path, and goes when it is removed', async () => {
    const world = aWorld();
    const [{ kid }] = (await rotate(world)).json.publicKeys;
    await world.ask('POST', `${ONE}/secret`, { body: { secret: { generate: true } } });
    await world.ask('PATCH', ONE, { body: { headers: { 'X-Key': 'value' } } });
    await world.ask('PATCH', ONE, { body: { url: `${new URL(aWebhook().url).origin}/another` } });
    await world.ask('DELETE', `${ONE}/secret`);
    expect(await verifyingKids(world)).toEqual([kid]);

    const removed = await world.ask('DELETE', `${ONE}/signing-key`);
    expect(removed.json).toMatchObject({ isSigned: false, ownHeaders: 1 });
    expect(removed.json).not.toHaveProperty('publicKeys');
    expect(removed.json).not.toHaveProperty('jwksPath');
    expect((await world.ask('GET', JWKS, { claims: undefined })).status).toBe(404);
    const { revision } = removed.json;
    expect((await world.ask('DELETE', `${ONE}/signing-key`)).json.revision).toBe(revision);
  });

  it('leaves the secret and the headers alone, when it is rotated and when it is removed', async () => {
    const world = aWorld();
    await world.ask('POST', `${ONE}/secret`, { body: { secret: { generate: true } } });
    await world.ask('PATCH', ONE, { body: { headers: { 'X-Key': 'value' } } });
    const sent = async () => {
      await world.ask('POST', `${ONE}/test`);
      const { headers = {} } = world.client.requests.at(-1) ?? {};
      const schemes = (headers['webhook-signature'] ?? '').split(' ').map((signature) => signature.split(',')[0]);
      return { schemes, key: headers['x-key'] };
    };
    await rotate(world);
    expect(await sent()).toEqual({ schemes: ['v1', 'v1a'], key: 'value' });
    await world.ask('DELETE', `${ONE}/signing-key`);
    expect(await sent()).toEqual({ schemes: ['v1'], key: 'value' });
  });

  it('is another one for another server: what the old key has signed there verifies nowhere else', async () => {
    const world = aWorld();
    const [{ kid }] = (await rotate(world)).json.publicKeys;
    const { status, json } = await world.ask('PATCH', ONE, { body: { url: 'https://other.example.com/in' } });
    expect(status).toBe(200);
    expect(json.publicKeys).toHaveLength(1);
    expect(json.publicKeys[0].kid).not.toBe(kid);
    expect(await verifyingKids(world)).toEqual([json.publicKeys[0].kid]);
  });

  it('is masked in a response that shows it', async () => {
    let key = '';
    const world = anApiWorld({
      webhooks: [aWebhook()],
      replies: [() => ({ statusCode: 500, body: `no: ${key}` })],
    });
    await rotate(world);
    const reference = world.store.webhooks.get('acme#wh_siem')?.secret;
    key =
      (reference && world.secrets.versions.get(reference.arn)?.get(reference.versionId)?.signingKeys?.current) ?? '';
    const { text } = await world.ask('POST', `${ONE}/test`);
    expect(key).toMatch(/^whsk_/);
    expect(text).toContain('no: ');
    expect(text).not.toContain(key);
  });
});

describe('the address of the keys', () => {
  it.each([
    ['a webhook without a key', JWKS],
    ['a webhook of another tenant', '/v1/jwks/globex/wh_siem'],
    ['a webhook that is not there', '/v1/jwks/acme/wh_none'],
    ['no tenant', '/v1/jwks/a%23b/wh_siem'],
  ])('says the same of %s, and lets no cache keep it', async (_what, path) => {
    const world = aWorld();
    const response = await world.ask('GET', path, { claims: undefined });
    expect(response).toMatchObject({
      status: 404,
      headers: { 'cache-control': 'no-store' },
      json: { type: 'urn:thalian:webhooks:problem:not-found', detail: 'There is no signing key here.' },
    });
  });

  it('opens no other route, and takes no other method', async () => {
    const world = aWorld();
    await rotate(world);
    const ask = async (method: string, path: string) => (await world.ask(method, path, { claims: undefined })).status;
    expect(await ask('POST', JWKS)).toBe(405);
    expect(await ask('GET', '/v1/jwks/acme')).toBe(404);
    expect(await ask('GET', '/v1/jwks/../webhooks')).toBe(401);
    expect(await ask('GET', '/v1/jwks/acme/wh_siem/secret')).toBe(404);
  });
});
