/** Requests as API Gateway hands them over, where these differ from what the app is asked in the other tests. */
import { describe, expect, it } from 'vitest';
import { createGatewayHandler, type GatewayEvent } from '../../../functions/api/gateway.ts';
import { createApi } from '../../../functions/api/handler.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: GatewayEvent['headers'];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

function anApi() {
  const world = anApiWorld({ webhooks: [aWebhook()] });
  const handle = createGatewayHandler(createApi(world.deps));
  const ask = async ({ method = 'GET', path = '/v1/webhooks', query = '', ...rest }: Asked) => {
    const event: GatewayEvent = {
      rawPath: path,
      rawQueryString: query,
      headers: { 'content-type': 'application/json' },
      isBase64Encoded: false,
      requestContext: {
        domainName: 'api.thalian.example',
        http: { method },
        authorizer: { jwt: { claims: claimsOf() } },
      },
      ...rest,
    };
    const { statusCode, headers, body } = await handle(event, { getRemainingTimeInMillis: () => 30_000 });
    return { statusCode, headers, json: body === '' ? undefined : JSON.parse(body) };
  };
  return { world, ask };
}

const CONNECT = JSON.stringify({ name: 'SIEM', url: 'https://siem.example.com/in' });

describe('a request of API Gateway', () => {
  it.each([
    ['JSON', '{"a":1}', 'application/json'],
    ['text', 'hello', 'text/plain'],
    ['more than any body may have', 'x'.repeat(70_000), 'text/plain'],
  ])('with GET is answered as without a body, whatever that is: %s', async (_what, body, type) => {
    const { ask } = anApi();
    const answered = await ask({ body, headers: { 'content-type': type } });
    expect(answered).toMatchObject({ statusCode: 200, json: { webhooks: [{ id: 'wh_siem' }] } });
  });

  it.each([
    ['empty', ''],
    ['of white space', '  '],
    ['longer than 255 characters', 'x'.repeat(256)],
    ['with an umlaut', 'schlüssel'],
    ['with characters beyond Latin-1', 'key-☃'],
    ['with a control character', 'key-\u0085'],
  ])('is refused with an Idempotency-Key that is %s', async (_what, key) => {
    const { ask, world } = anApi();
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    expect(await ask({ method: 'POST', body: CONNECT, headers })).toMatchObject({
      statusCode: 400,
      json: {
        type: 'urn:thalian:webhooks:problem:invalid-parameter',
        errors: [{ field: 'idempotency-key' }],
      },
    });
    expect(world.store.webhooks.size).toBe(1);
  });

  it.each(['k', '~'.repeat(255), 'two words', '5f0c8a52-1f7e-4c2b-9a53-9d5a3f5f8a01'])(
    'is taken with the Idempotency-Key %j',
    async (key) => {
      const { ask } = anApi();
      const asked = {
        method: 'POST',
        body: CONNECT,
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      };
      const first = await ask(asked);
      expect(first).toMatchObject({ statusCode: 201, headers: { etag: '"1"' } });
      expect(await ask(asked)).toMatchObject({
        statusCode: 201,
        headers: { 'idempotency-replayed': 'true' },
        json: { id: first.json.id },
      });
    },
  );

  it('is read from base64 where its type is not one of text', async () => {
    const { ask } = anApi();
    const answered = await ask({
      method: 'POST',
      body: Buffer.from(CONNECT.replace('SIEM', 'Überwachung')).toString('base64'),
      isBase64Encoded: true,
      headers: { 'content-type': 'application/vnd.thalian+json' },
    });
    expect(answered).toMatchObject({ statusCode: 201, json: { name: 'Überwachung' } });
  });

  it('is answered whatever else its headers hold', async () => {
    const { ask } = anApi();
    const headers = { 'user-agent': 'Ünïcode ☃', 'x-empty': '', cookie: 'a=b' };
    expect((await ask({ headers })).statusCode).toBe(200);
  });

  it('keeps its path and its query apart', async () => {
    const { ask } = anApi();
    expect((await ask({ path: '/v1/webhooks/wh_siem#?x=/deliveries' })).statusCode).toBe(404);
    const path = '/v1/webhooks/wh_siem/deliveries';
    expect((await ask({ path, query: 'limit=%31%30' })).statusCode).toBe(200);
    expect((await ask({ path, query: 'limit=1000' })).statusCode).toBe(400);
  });
});
