import { describe, expect, it } from 'vitest';
import { tokenIssueRequest } from '../../../shared/http/access-token.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';
import type { Reply } from '../../fakes/scripted-webhook-client.ts';

const TOKEN_URL = 'https://login.example.com/oauth2/token';
const SECRET = 'client-secret-of-acme';
const CLIENT = { tokenUrl: TOKEN_URL, clientId: 'thalian', clientSecret: SECRET, scope: 'findings.write' };
const ONE = '/v1/webhooks/wh_siem';
const ISSUED: Reply = { statusCode: 200, body: '{"access_token":"token-0123456789","expires_in":3600}' };

async function connected(replies: readonly Reply[] = [], oauth: object = CLIENT) {
  const world = anApiWorld({ replies });
  const body = { name: 'SIEM', url: 'https://siem.example.com/hook', oauth };
  const { status, json } = await world.ask('POST', '/v1/webhooks', { body });
  const one = `/v1/webhooks/${json.id}`;
  const change = (part: object) => world.ask('PATCH', one, { body: part });
  const storedSecret = async () => {
    const webhook = await world.store.find(aTenantId(), aWebhookId(json.id));
    return webhook?.secret && (await world.secrets.read(aTenantId(), webhook.secret));
  };
  return { world, status, json, one, change, storedSecret, test: () => world.ask('POST', `${one}/test`) };
}

describe('an OAuth client', () => {
  it('is connected with, kept in the secret, and shown without its secret', async () => {
    const { world, status, json, one, storedSecret } = await connected();
    const shown = { tokenUrl: TOKEN_URL, clientId: 'thalian', clientAuthentication: 'basic', scope: 'findings.write' };
    expect({ status, oauth: json.oauth }).toEqual({ status: 201, oauth: shown });
    const read = await world.ask('GET', one);
    expect(read.json.oauth).toEqual(shown);
    expect(read.text).not.toContain(SECRET);
    expect(await storedSecret()).toEqual({ clientSecret: SECRET });
  });

  it('gets a token for a test send, which the preview shows masked', async () => {
    const { world, one, test } = await connected([ISSUED, 204]);
    const { json, text } = await test();
    expect(json).toMatchObject({ isAccepted: true, request: { headers: { authorization: 'Bearer ***' } } });
    const [asked, sent] = world.client.requests;
    expect(asked).toMatchObject({
      url: TOKEN_URL,
      body: 'grant_type=client_credentials&scope=findings.write',
      headers: { authorization: `Basic ${Buffer.from(`thalian:${SECRET}`).toString('base64')}` },
    });
    expect(sent).toMatchObject({
      url: 'https://siem.example.com/hook',
      headers: { authorization: 'Bearer token-0123456789' },
    });
    const preview = await world.ask('POST', `${one}/test/preview`);
    expect(preview.json).toMatchObject({ request: { headers: { authorization: 'Bearer ***' } } });
    expect(`${text} ${preview.text}`).not.toMatch(/token-0123|client-secret/);
  });

  it('that signs in by the body names its audience', async () => {
    const { world, test } = await connected([ISSUED, 204], {
      ...CLIENT,
      clientAuthentication: 'body',
      audience: 'https://siem.example.com',
    });
    await test();
    const [asked] = world.client.requests;
    expect(asked?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'thalian',
      client_secret: SECRET,
      scope: 'findings.write',
      audience: 'https://siem.example.com',
    });
  });

  it('shows no token that the receiver echoes', async () => {
    const { test } = await connected([ISSUED, { statusCode: 403, body: 'no rights: token-0123456789' }]);
    expect((await test()).json).toMatchObject({ statusCode: 403, answer: { body: 'no rights: ***' } });
  });

  it.each([SECRET, 'client secret/of acme+1%'])(
    'that the token URL refuses says so, and shows nothing secret that it echoes: %s',
    async (clientSecret) => {
      const basic = tokenIssueRequest({ ...CLIENT, clientSecret, clientAuthentication: 'basic' }).headers[
        'authorization'
      ];
      const body = JSON.stringify({ error: 'invalid_client', error_description: `not ${clientSecret} by ${basic}` });
      const { world, test } = await connected([{ statusCode: 401, body }], { ...CLIENT, clientSecret });
      const { json, text } = await test();
      expect(json).toMatchObject({
        isAccepted: false,
        error: 'no-token',
        cause: 'token-refused',
        code: 'invalid_client',
        advice: expect.stringMatching(/^The token URL responded without an access token/),
      });
      expect(text).not.toContain(clientSecret);
      expect(text).not.toContain(basic);
      expect(world.client.requests.length).toBe(1);
    },
  );

  it('that is issued a token of another type says so, shows nothing of it, and asks the receiver nothing', async () => {
    const body = JSON.stringify({ access_token: 'bound-0123456789', token_type: 'DPoP', expires_in: 3_600 });
    const { world, test } = await connected([{ statusCode: 200, body }]);
    const { json, text } = await test();
    expect(json).toMatchObject({
      isAccepted: false,
      error: 'no-token',
      cause: 'token-type',
      code: 'token_type',
      advice: expect.stringMatching(/token_type is not Bearer/),
    });
    expect(text).not.toContain('bound-0123456789');
    expect(world.client.requests.length).toBe(1);
  });

  it('whose token URL may not be reached sends nothing to the receiver either', async () => {
    const { world, test } = await connected(['address-refused']);
    expect((await test()).json).toMatchObject({ error: 'address-refused', cause: 'token-url-refused' });
    expect(world.client.requests.length).toBe(1);
  });

  it.each([
    ['http://login.example.com/token', 'Token URLs must use HTTPS.'],
    ['https://127.0.0.1/token', 'The destination address is not allowed.'],
    ['https://api.thalian.example/token', 'Token URLs must name a public host.'],
  ])('is refused with a token URL that no webhook could have: %s', async (tokenUrl, message) => {
    const { status, json } = await connected([], { ...CLIENT, tokenUrl });
    expect({ status, errors: json.errors }).toEqual({ status: 422, errors: [{ field: 'oauth.tokenUrl', message }] });
  });

  it('is refused without its secret, by a destination with a sign-in of its own, and beside a header Authorization', async () => {
    const { clientSecret: _secret, ...client } = CLIENT;
    expect((await connected([], client)).json.errors).toMatchObject([{ field: 'oauth.clientSecret' }]);
    const world = anApiWorld();
    const connect = (body: object) =>
      world.ask('POST', '/v1/webhooks', { body: { name: 'X', url: 'https://x.example.com/', oauth: CLIENT, ...body } });
    const splunk = await connect({ format: 'splunk-hec', credentials: { token: 'a-token' } });
    expect(splunk.json.errors).toMatchObject([{ field: 'oauth' }]);
    expect((await connect({ headers: { AUTHORIZATION: 'Bearer x' } })).json.errors).toMatchObject([
      { field: 'headers' },
    ]);
  });

  it('takes the place of credentials where the vendor takes a token', async () => {
    const world = anApiWorld({ replies: [ISSUED, { statusCode: 201, body: '{"result":{"sys_id":"1"}}' }] });
    const body = { name: 'ServiceNow', url: 'https://acme.service-now.com', format: 'servicenow', oauth: CLIENT };
    const { status, json } = await world.ask('POST', '/v1/webhooks', { body });
    expect({ status, credentials: json.credentials }).toEqual({ status: 201, credentials: [] });
    await world.ask('POST', `/v1/webhooks/${json.id}/test`);
    expect(world.client.requests.at(-1)?.headers).toMatchObject({ authorization: 'Bearer token-0123456789' });
    expect(world.client.requests.at(-1)?.headers).not.toHaveProperty('x-sn-apikey');
    const without = await world.ask('PATCH', `/v1/webhooks/${json.id}`, { body: { oauth: null } });
    expect(without).toMatchObject({ status: 422, json: { errors: [{ field: 'credentials.password' }] } });
  });
});

describe('a change of an OAuth client', () => {
  const { clientSecret: _secret, ...withoutSecret } = CLIENT;

  it('keeps its secret while neither that nor a token would go to another origin', async () => {
    const { change, storedSecret } = await connected();
    const changed = await change({
      oauth: { ...withoutSecret, tokenUrl: 'https://login.example.com/other', scope: 'all' },
    });
    expect(changed).toMatchObject({ status: 200, json: { oauth: { scope: 'all' } } });
    expect(await storedSecret()).toEqual({ clientSecret: SECRET });
  });

  it.each([
    ['of the token URL', { oauth: { ...withoutSecret, tokenUrl: 'https://attacker.example.com/token' } }],
    ['of the destination', { url: 'https://attacker.example.com/hook', oauth: withoutSecret }],
  ])('to another origin %s needs its secret again', async (_what, body) => {
    const { change, storedSecret } = await connected();
    expect(await change(body)).toMatchObject({ status: 422, json: { errors: [{ field: 'oauth.clientSecret' }] } });
    expect(await storedSecret()).toEqual({ clientSecret: SECRET });
  });

  it('is needed for another destination, and may be to have none', async () => {
    const { change, storedSecret } = await connected();
    const url = 'https://other.example.com/hook';
    expect(await change({ url })).toMatchObject({ status: 422, json: { errors: [{ field: 'oauth' }] } });
    const moved = await change({ url, oauth: null });
    expect(moved).toMatchObject({ status: 200, json: { url } });
    expect(moved.json).not.toHaveProperty('oauth');
    expect(await storedSecret()).toEqual({});
  });

  it('cannot meet a header Authorization that is stored', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    await world.ask('PATCH', ONE, { body: { headers: { Authorization: 'Bearer own' } } });
    const refused = await world.ask('PATCH', ONE, { body: { oauth: CLIENT } });
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'headers' }] } });
    const both = await world.ask('PATCH', ONE, { body: { oauth: CLIENT, headers: null } });
    expect(both).toMatchObject({ status: 200, json: { oauth: { clientId: 'thalian' }, ownHeaders: 0 } });
  });

  it('leaves it as it is when something else changes', async () => {
    const { change, storedSecret } = await connected();
    await change({ headers: { 'x-team': 'soc' } });
    expect((await change({ name: 'Another' })).json).toMatchObject({ name: 'Another', oauth: { clientId: 'thalian' } });
    expect(await storedSecret()).toMatchObject({ clientSecret: SECRET });
  });
});
