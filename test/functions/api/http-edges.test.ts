/** What HTTP asks of an API beyond its routes: other methods, headers of every response, lists in If-Match. */
import { describe, expect, it } from 'vitest';
import { methodsAt } from '../../../functions/api/allowed-methods.ts';
import { API_METHODS } from '../../../shared/topology/api-cors.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';
import { operations } from './api-document.ts';

const ONE = '/v1/webhooks/wh_siem';

function aWorld() {
  return anApiWorld({ webhooks: [aWebhook({ revision: 3 })] });
}

describe('a method that a path does not have', () => {
  const paths = Map.groupBy(operations, ({ path }) => path);

  it.each([...paths])('is refused with those that it has: %s', async (path, ofPath) => {
    const world = aWorld();
    const declared = ofPath.map(({ method }) => method).sort();
    const target = path.replace('{webhookId}', 'wh_siem').replace('{deliveryId}', 'dlv_1');
    // GET of …/deliveries/retry asks for a delivery of that name.
    const taken = path.endsWith('/deliveries/retry') ? [...declared, 'GET'].sort() : declared;
    for (const method of API_METHODS.filter((one) => !taken.includes(one))) {
      expect(await world.ask(method, target)).toMatchObject({
        status: 405,
        headers: { allow: taken.join(', ') },
        json: { type: 'urn:thalian:webhooks:problem:method-not-allowed' },
      });
    }
  });

  it('is no secret of any path: without a token it is 401', async () => {
    expect((await aWorld().ask('PUT', '/v1/webhooks', { claims: undefined })).status).toBe(401);
  });

  it('of a path that does not exist is 404', async () => {
    expect((await aWorld().ask('PUT', '/v1/nothing')).status).toBe(404);
    expect(methodsAt([{ method: 'ALL', path: '/*' }], '/v1/nothing')).toEqual([]);
    expect(methodsAt([{ method: 'GET', path: '/v1/:id' }], '/v1/')).toEqual([]);
  });
});

describe('every response', () => {
  it.each([
    ['a success', 200, 'GET', '/v1/webhooks', {}],
    ['one without a body', 204, 'DELETE', ONE, {}],
    ['a refusal', 422, 'POST', '/v1/webhooks', { body: {} }],
    ['a body that is no JSON', 415, 'POST', '/v1/webhooks', { text: 'a', headers: { 'content-type': 'text/plain' } }],
    ['an unknown route', 404, 'GET', '/v1/nothing', {}],
    ['a caller without a token', 401, 'GET', '/v1/webhooks', { claims: undefined }],
    ['another method', 405, 'PUT', '/v1/webhooks', {}],
  ])('is kept by no cache, and is what its type says: %s', async (_what, status, method, path, request) => {
    expect(await aWorld().ask(method, path, request)).toMatchObject({
      status,
      headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    });
  });

  it('is so too if something of ours fails', async () => {
    const world = aWorld();
    world.store.list = () => Promise.reject(new Error('died'));
    const { status, headers } = await world.ask('GET', '/v1/webhooks');
    expect([status, headers['cache-control']]).toEqual([500, 'no-store']);
  });

  it('may be kept if it is the public document', async () => {
    const { status, headers } = await aWorld().ask('GET', '/v1/openapi.json', { claims: undefined });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(headers).not.toHaveProperty('cache-control');
  });
});

describe('If-Match', () => {
  it.each(['"3"', '"1", "3"', 'W/"3","7"', ',"3",', '3', '*', ' * '])('lets a change through: %s', async (ifMatch) => {
    const headers = { 'if-match': ifMatch };
    expect((await aWorld().ask('POST', `${ONE}/pause`, { headers })).status).toBe(200);
  });

  it.each(['"2"', '"1", "2"', 'W/"30"'])('refuses a change on old knowledge: %s', async (ifMatch) => {
    const headers = { 'if-match': ifMatch };
    expect((await aWorld().ask('POST', `${ONE}/pause`, { headers })).status).toBe(412);
    expect((await aWorld().ask('DELETE', ONE, { headers })).status).toBe(412);
  });

  it.each(['', ',', '"3", *', '"3" "4"', '"abc"', `"3"${', "3"'.repeat(60)}`])(
    'is refused itself: %j',
    async (ifMatch) => {
      const headers = { 'if-match': ifMatch };
      expect(await aWorld().ask('POST', `${ONE}/pause`, { headers })).toMatchObject({
        status: 400,
        json: { errors: [{ field: 'if-match' }] },
      });
    },
  );
});

describe('a body', () => {
  it.each([{ name: 'x' }, { url: 'x' }, { headers: 'x' }, { options: 'x' }])(
    'with an object for a length is refused, and no fault of ours: %o',
    async (part) => {
      const odd = { length: { valueOf: 1, toString: 1 } };
      const [name = ''] = Object.keys(part);
      const body = { name: 'SIEM', url: 'https://siem.example.com/in', [name]: odd };
      expect(await aWorld().ask('POST', '/v1/webhooks', { body })).toMatchObject({
        status: 422,
        json: { errors: [{ field: 'length' }] },
      });
    },
  );

  it('may have a member of that name that is a text', async () => {
    const body = { name: 'SIEM', url: 'https://siem.example.com/in', headers: { length: '1' } };
    expect((await aWorld().ask('POST', '/v1/webhooks', { body })).status).toBe(201);
  });
});
