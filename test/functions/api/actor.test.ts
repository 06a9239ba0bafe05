import { describe, expect, it } from 'vitest';
import { identifyActor, mayDo } from '../../../functions/api/actor.ts';
import { MAIL_ROUTES, OPEN_ROUTES } from '../../../shared/topology/open-routes.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';

const NAMES = { tenant: 'custom:tenantId', permissions: 'cognito:groups' };

describe('a caller', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['as API Gateway writes a list', '[webhooks-read webhooks-write]', ['webhooks-read', 'webhooks-write']],
    ['as a list', ['webhooks-read', 'other'], ['webhooks-read']],
    ['as one word', 'webhooks-write', ['webhooks-write']],
    ['separated by commas', 'webhooks-read,webhooks-write', ['webhooks-read', 'webhooks-write']],
    ['as scopes', 'openid webhooks-read', ['webhooks-read']],
    ['none', undefined, []],
    ['words that only begin alike', '[webhooks-reader webhooks-writer]', []],
  ])('has the permissions that the token lists %s', (_how, claim, permissions) => {
    const actor = identifyActor({ ...claimsOf(), 'cognito:groups': claim }, NAMES);
    expect([...(actor?.permissions ?? [])]).toEqual(permissions);
  });

  it('may read who may write, and not the other way round', () => {
    const writer = identifyActor(claimsOf('acme', 'webhooks-write'), NAMES);
    const reader = identifyActor(claimsOf('acme', 'webhooks-read'), NAMES);
    expect(writer && mayDo(writer, 'webhooks-read')).toBe(true);
    expect(reader && mayDo(reader, 'webhooks-write')).toBe(false);
  });

  it('is called by an e-mail address only if the issuer has verified it', () => {
    expect(identifyActor(claimsOf(), NAMES)?.name).toBe('jane@acme.example');
    expect(identifyActor({ ...claimsOf(), email_verified: 'false' }, NAMES)?.name).toBe('user-of-acme');
    expect(identifyActor({ ...claimsOf(), email_verified: undefined }, NAMES)?.name).toBe('user-of-acme');
  });

  it.each([
    ['no claims', undefined],
    ['an access token', { ...claimsOf(), token_use: 'access' }],
    ['no tenant', { ...claimsOf(), 'custom:tenantId': undefined }],
    ['a tenant that is none', { ...claimsOf(), 'custom:tenantId': 'acme#wh_1' }],
    ['no client', { 'custom:tenantId': 'acme', token_use: 'id' }],
  ])('has no identity with %s', (_what, claims) => {
    expect(identifyActor(claims, NAMES)).toBeUndefined();
  });

  it('may come from any issuer whose claims are named', () => {
    const claims = { sub: 'sam', org: 'globex', scope: 'webhooks-read' };
    expect(identifyActor(claims, { tenant: 'org', permissions: 'scope' })).toMatchObject({
      tenantId: 'globex',
      name: 'sam',
    });
  });
});

describe('the API', () => {
  it('answers 401 to everyone whom the gateway has not verified, whatever headers they send', async () => {
    const world = anApiWorld();
    const headers = {
      authorization: 'Bearer x',
      'x-tenant-id': 'acme',
      'x-amzn-oidc-data': '{"custom:tenantId":"acme"}',
    };
    const response = await world.ask('GET', '/v1/webhooks', { claims: undefined, headers });
    expect(response).toMatchObject({
      status: 401,
      headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
      json: { type: 'urn:thalian:webhooks:problem:unauthorized' },
    });
  });

  it('tells everyone how it is called', async () => {
    const { status, json } = await anApiWorld().ask('GET', '/v1/openapi.json', { claims: undefined });
    expect(status).toBe(200);
    expect(json.openapi).toBe('3.1.0');
  });

  const WRITES = [
    ['POST', '/v1/webhooks'],
    ['PATCH', '/v1/webhooks/wh_siem'],
    ['DELETE', '/v1/webhooks/wh_siem'],
    ['PUT', '/v1/webhooks/wh_siem/alerts'],
    ['POST', '/v1/webhooks/wh_siem/alerts/preview'],
    ['POST', '/v1/webhooks/wh_siem/pause'],
    ['POST', '/v1/webhooks/wh_siem/resume'],
    ['POST', '/v1/webhooks/wh_siem/secret'],
    ['DELETE', '/v1/webhooks/wh_siem/secret'],
    ['POST', '/v1/webhooks/wh_siem/signing-key'],
    ['POST', '/v1/webhooks/wh_siem/challenge'],
    ['DELETE', '/v1/webhooks/wh_siem/signing-key'],
    ['POST', '/v1/webhooks/wh_siem/test'],
    ['POST', '/v1/webhooks/wh_siem/test/preview'],
    ['POST', '/v1/webhooks/wh_siem/deliveries/dlv_1/retry'],
    ['POST', '/v1/webhooks/wh_siem/deliveries/retry'],
    ['POST', '/v1/notice-addresses'],
    ['DELETE', '/v1/notice-addresses/na_00000000000000000000'],
  ] as const;
  const READS = [
    ['GET', '/v1/formats'],
    ['POST', '/v1/formats/json/preview'],
    ['GET', '/v1/webhooks'],
    ['GET', '/v1/webhooks/wh_siem'],
    ['GET', '/v1/webhooks/wh_siem/deliveries'],
    ['GET', '/v1/webhooks/wh_siem/deliveries/dlv_1'],
    ['GET', '/v1/webhooks/wh_siem/events'],
    ['GET', '/v1/webhooks/wh_siem/events/manifest'],
    ['GET', '/v1/webhooks/wh_siem/payload-preview'],
    ['GET', '/v1/webhooks/wh_siem/stats'],
    ['POST', '/v1/changes'],
    ['GET', '/v1/notice-addresses'],
  ] as const;

  it.each(WRITES)('lets only who may write %s %s', async (method, path) => {
    const response = await anApiWorld().ask(method, path, { claims: claimsOf('acme', '[webhooks-read]') });
    expect(response).toMatchObject({ status: 403, json: { type: 'urn:thalian:webhooks:problem:permission-missing' } });
  });

  it.each(READS)('lets only who may read %s %s', async (method, path) => {
    expect((await anApiWorld().ask(method, path, { claims: claimsOf('acme', '[]') })).status).toBe(403);
  });

  it('has no route that neither list names', async () => {
    const { json } = await anApiWorld().ask('GET', '/v1/openapi.json');
    const documented = Object.entries<object>(json.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const tried = [...WRITES, ...READS].map(([method, path]) => {
      const ids = path.replace('wh_siem', '{webhookId}').replace('dlv_1', '{deliveryId}');
      return `${method} ${ids.replace('formats/json', 'formats/{formatId}').replace(/na_0+/, '{addressId}')}`;
    });
    const open = [
      ...OPEN_ROUTES.map((path) => `GET ${path}`),
      ...MAIL_ROUTES.map(({ method, path }) => `${method} ${path}`),
    ];
    expect(documented.sort()).toEqual([...tried, ...open].sort());
  });
});
