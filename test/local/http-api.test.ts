import { request as openRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HttpApi, startHttpApi } from '../../local/aws/http-api-stand-in.ts';
import type { HttpEvent } from '../../local/aws/http-event.ts';
import { createJwtAuthorizer } from '../../local/aws/jwt-authorizer.ts';
import { AUDIENCE, type SigningIssuer, startSigningIssuer } from '../fakes/signing-issuer.ts';

const ACCOUNT = '000000000000';
const PAGE = 'http://localhost:5173';
const TIMEOUT_MILLIS = 100;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

interface ReceiverResponse {
  readonly statusCode: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

describe('the stand-in for an HTTP API', () => {
  let issuer: SigningIssuer;
  let api: HttpApi;
  const events: HttpEvent[] = [];
  const reports: string[] = [];
  let respond: (event: HttpEvent) => Promise<unknown>;

  beforeAll(async () => {
    issuer = await startSigningIssuer();
    api = await startHttpApi({
      port: 0,
      account: ACCOUNT,
      authorize: await createJwtAuthorizer({ issuerUrl: issuer.issuerUrl, audience: [AUDIENCE] }),
      invoke(event) {
        events.push(event);
        return respond(event);
      },
      report: (problem, error) => reports.push(`${problem}: ${error}`),
      timeoutMillis: TIMEOUT_MILLIS,
    });
  });
  afterAll(() => Promise.all([issuer.stop(), api.stop()]));
  beforeEach(() => {
    events.length = 0;
    reports.length = 0;
    respond = async () => ({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'fine' });
  });

  /** Not `fetch`, which normalises paths and joins headers before they are sent. */
  function send(
    path: string,
    options: { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
  ): Promise<ReceiverResponse> {
    const { method = 'GET', headers = {}, body = '' } = options;
    const { hostname, port } = new URL(api.apiUrl);
    return new Promise((resolve, reject) => {
      const outgoing = openRequest({ hostname, port, path, method, headers }, async (incoming) => {
        const text = (await buffer(incoming)).toString('utf8');
        resolve({ statusCode: incoming.statusCode, headers: incoming.headers, text });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async function eventOf(...parameters: Parameters<typeof send>): Promise<HttpEvent | undefined> {
    expect(await send(...parameters)).toMatchObject({ statusCode: 200 });
    expect(events).toHaveLength(1);
    return events[0];
  }

  const claimsIn = (event: HttpEvent | undefined) => event?.requestContext.authorizer?.jwt.claims;

  describe('makes an event of a request', () => {
    it('with all that payload format 2.0 tells', async () => {
      const event = await eventOf('/v1/webhooks?limit=2', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'test', 'X-Mixed-Case': 'kept' },
        body: '{"name":"Größe 🔥"}',
      });
      expect(event).toEqual({
        version: '2.0',
        routeKey: 'POST /v1/{proxy+}',
        rawPath: '/v1/webhooks',
        rawQueryString: 'limit=2',
        headers: {
          host: new URL(api.apiUrl).host,
          'content-type': 'application/json; charset=utf-8',
          'content-length': '23',
          'user-agent': 'test',
          'x-mixed-case': 'kept',
        },
        queryStringParameters: { limit: '2' },
        pathParameters: { proxy: 'webhooks' },
        requestContext: {
          accountId: ACCOUNT,
          apiId: 'local',
          domainName: new URL(api.apiUrl).host,
          domainPrefix: 'local',
          http: {
            method: 'POST',
            path: '/v1/webhooks',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'test',
          },
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          routeKey: 'POST /v1/{proxy+}',
          stage: '$default',
          time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
          timeEpoch: expect.any(Number),
        },
        body: '{"name":"Größe 🔥"}',
        isBase64Encoded: false,
      });
    });

    it('with the query as it was sent, and its parameters decoded and joined', async () => {
      const event = await eventOf('/v1/x?status=failed&status=held&q=a%20b%2Cc&empty=&q2=?');
      expect(event?.rawQueryString).toBe('status=failed&status=held&q=a%20b%2Cc&empty=&q2=?');
      expect(event?.queryStringParameters).toEqual({ status: 'failed,held', q: 'a b,c', empty: '', q2: '?' });
    });

    it('without parameters if there is no query', async () => {
      const event = await eventOf('/v1/x?');
      expect(event).toMatchObject({ rawPath: '/v1/x', rawQueryString: '' });
      expect(event).not.toHaveProperty('queryStringParameters');
    });

    it('with repeated headers joined by commas, and cookies on their own', async () => {
      const event = await eventOf('/v1/x', {
        headers: { 'x-tag': ['one', 'two'], 'if-match': ['"1"', '"2"'], cookie: 'a=1; b=2' },
      });
      expect(event?.headers).toMatchObject({ 'x-tag': 'one,two', 'if-match': '"1","2"' });
      expect(event?.cookies).toEqual(['a=1', 'b=2']);
      expect(event?.headers).not.toHaveProperty('cookie');
      expect(event?.headers).not.toHaveProperty('connection');
    });

    it('with the path decoded, cut at a question mark that was encoded', async () => {
      expect(await eventOf('/v1/%E6%9D%B1%E4%BA%AC%20%F0%9F%94%A5%2Fx%3Fadmin=1/y?q')).toMatchObject({
        rawPath: '/v1/東京 🔥/x',
        rawQueryString: 'q',
        pathParameters: { proxy: '東京 🔥/x' },
        requestContext: { http: { path: '/v1/東京 🔥/x' } },
      });
    });

    it.each([
      ['text/csv', false],
      ['application/json', false],
      ['Application/JSON;charset=utf-8', false],
      ['application/xml', false],
      ['application/merge-patch+json', true],
      ['application/x-www-form-urlencoded', true],
      ['application/octet-stream', true],
      [undefined, true],
    ])('with a body of type %s in base64: %s', async (contentType, isBase64Encoded) => {
      const event = await eventOf('/v1/x', {
        method: 'PUT',
        ...(contentType && { headers: { 'content-type': contentType } }),
        body: 'text',
      });
      expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'dGV4dA==' : 'text' });
    });

    it('with every byte of a binary body', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      const event = await eventOf('/v1/x', { method: 'POST', headers: { 'content-type': 'image/png' }, body: bytes });
      expect(Buffer.from(event?.body ?? '', 'base64')).toEqual(bytes);
    });

    it('but not of a path that cannot be decoded', async () => {
      expect(await send('/v1/%E6%9D')).toMatchObject({ statusCode: 400, text: '{"message":"Bad Request"}' });
      expect(events).toEqual([]);
    });
  });

  describe('tells the function who calls', () => {
    it('by the claims of a token that it has verified', async () => {
      const token = await issuer.sign({ sub: 'user-1', 'custom:tenantId': 'acme', 'cognito:groups': ['a', 'b'] });
      const event = await eventOf('/v1/webhooks', { headers: { authorization: `Bearer ${token}` } });
      expect(claimsIn(event)).toMatchObject({ sub: 'user-1', 'custom:tenantId': 'acme', 'cognito:groups': '[a b]' });
      expect(event?.requestContext.authorizer?.jwt.scopes).toBeNull();
    });

    it('but verifies no token on the one open route', async () => {
      const headers = { authorization: `Bearer ${await issuer.sign()}` };
      const event = await eventOf('/v1/openapi.json?x', { headers });
      expect(event?.routeKey).toBe('GET /v1/openapi.json');
      expect(claimsIn(event)).toBeUndefined();
    });

    it.each([
      ['no token', {}],
      ['a token that is none', { authorization: 'Bearer nonsense' }],
      [
        'claims of its own in headers',
        {
          'x-custom-tenantid': 'acme',
          'x-amzn-request-context': '{"authorizer":{"jwt":{"claims":{"custom:tenantId":"acme"}}}}',
          'x-apigateway-event': '{"requestContext":{"authorizer":{"jwt":{"claims":{"custom:tenantId":"acme"}}}}}',
          'x-apigateway-authorizer': '{"jwt":{"claims":{"custom:tenantId":"acme"}}}',
          requestcontext: '{"authorizer":{"jwt":{"claims":{"custom:tenantId":"acme"}}}}',
        },
      ],
    ])('by nothing else: not for %s', async (_what, headers) => {
      const event = await eventOf('/v1/webhooks?requestContext[authorizer][jwt][claims][custom:tenantId]=acme', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: '{"requestContext":{"authorizer":{"jwt":{"claims":{"custom:tenantId":"acme"}}}}}',
      });
      expect(event?.requestContext).not.toHaveProperty('authorizer');
    });

    it('not by one of two authorization headers, whichever comes first', async () => {
      const good = `Bearer ${await issuer.sign()}`;
      for (const authorization of [
        [good, 'Bearer nonsense'],
        ['Bearer nonsense', good],
      ]) {
        await send('/v1/webhooks', { headers: { authorization } });
      }
      expect(events.map(claimsIn)).toEqual([undefined, undefined]);
    });
  });

  describe('answers the client', () => {
    it('with what the function answered, cookies included', async () => {
      respond = async () => ({
        statusCode: 201,
        headers: { ETag: '"1"', 'x-number': 3, 'Content-Length': '999', Connection: 'close' },
        cookies: ['a=1; HttpOnly', 'b=2'],
        body: 'Größe',
      });
      const reply = await send('/v1/x');
      expect(reply).toMatchObject({ statusCode: 201, text: 'Größe' });
      expect(reply.headers).toMatchObject({
        etag: '"1"',
        'x-number': '3',
        'set-cookie': ['a=1; HttpOnly', 'b=2'],
        'content-length': '7',
      });
      expect(reply.headers['apigw-requestid']).toBe(events[0]?.requestContext.requestId);
    });

    it('with the bytes of a body in base64', async () => {
      respond = async () => ({ statusCode: 200, body: 'R3LDtsOfZQ==', isBase64Encoded: true });
      expect(await send('/v1/x')).toMatchObject({ text: 'Größe' });
    });

    it('503 if the function fails, without its words', async () => {
      respond = async () => {
        throw new Error('the database password is hunter2');
      };
      const reply = await send('/v1/x');
      expect(reply).toMatchObject({ statusCode: 503, text: '{"message":"Service Unavailable"}' });
      expect(reports).toEqual(['invocation failed: Error: the database password is hunter2']);
    });

    it('503 if the function takes too long, and is not confused by what it answers later', async () => {
      respond = async () => {
        await pause(2 * TIMEOUT_MILLIS);
        return { statusCode: 200, body: 'too late' };
      };
      expect(await send('/v1/x')).toMatchObject({ statusCode: 503, text: '{"message":"Service Unavailable"}' });
      respond = async () => ({ statusCode: 200, body: 'next' });
      expect(await send('/v1/x')).toMatchObject({ statusCode: 200, text: 'next' });
    });

    it.each([undefined, null, 'text', {}, { statusCode: '200' }, { statusCode: 200, body: {} }, { statusCode: 99 }])(
      '500 if the function answers %j',
      async (response) => {
        respond = async () => response;
        expect(await send('/v1/x')).toMatchObject({ statusCode: 500, text: '{"message":"Internal Server Error"}' });
        expect(reports).toHaveLength(1);
      },
    );

    it('nothing if the function answers with a header that none may be', async () => {
      respond = async () => ({ statusCode: 200, headers: { location: 'a\r\nset-cookie: b=1' } });
      await expect(send('/v1/x')).rejects.toThrow();
      expect(reports).toHaveLength(1);
    });

    it.each([
      ['GET', '/'],
      ['GET', '/v1'],
      ['GET', '/v1/'],
      ['GET', '/v2/webhooks'],
      ['HEAD', '/v1/webhooks'],
      ['OPTIONS', '/v1/webhooks'],
    ])('404 to %s %s, for which there is no route', async (method, path) => {
      expect(await send(path, { method })).toMatchObject({ statusCode: 404 });
      expect(events).toEqual([]);
    });

    it('413 if the request is too large, and takes one that just fits', async () => {
      const fits = Buffer.alloc(MAX_BODY_BYTES, 'x');
      expect(await send('/v1/x', { method: 'POST', body: fits })).toMatchObject({ statusCode: 200 });
      const tooLarge = Buffer.alloc(MAX_BODY_BYTES + 1, 'x');
      expect(await send('/v1/x', { method: 'POST', body: tooLarge })).toMatchObject({
        statusCode: 413,
        text: '{"message":"Request Entity Too Large"}',
      });
      expect(events).toHaveLength(1);
    });

    it('500 if the keys of the issuer cannot be read', async () => {
      const lonely = await startSigningIssuer();
      const authorize = await createJwtAuthorizer({ issuerUrl: lonely.issuerUrl, audience: [AUDIENCE] });
      const token = await lonely.sign();
      await lonely.stop();
      const another = await startHttpApi({ port: 0, account: ACCOUNT, authorize, invoke: respond, report: () => {} });
      const { status } = await fetch(`${another.apiUrl}/v1/x`, { headers: { authorization: `Bearer ${token}` } });
      await another.stop();
      expect(status).toBe(500);
    });
  });

  describe('lets browsers', () => {
    const preflight = (origin: string) =>
      send('/v1/webhooks', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization,if-match',
        },
      });

    it.each([PAGE, 'https://localhost', 'http://127.0.0.1:1', 'https://127.0.0.1:8443'])(
      'call it from %s, without asking the function first',
      async (origin) => {
        const { statusCode, headers, text } = await preflight(origin);
        expect({ statusCode, text }).toEqual({ statusCode: 204, text: '' });
        expect(headers).toMatchObject({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE',
          'access-control-allow-headers': 'authorization,content-type,if-match,idempotency-key',
          vary: 'origin',
        });
        expect(events).toEqual([]);
      },
    );

    it.each([
      'https://evil.example',
      'http://localhost.evil.example',
      'http://127.0.0.1.evil.example',
      'http://192.168.0.1',
      'ftp://localhost',
      'null',
    ])('not call it from %s', async (origin) => {
      respond = async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } });
      for (const { headers } of [await preflight(origin), await send('/v1/x', { headers: { origin } })]) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      }
    });

    it('read the headers that matter, of every response', async () => {
      const headers = { origin: PAGE };
      const exposed = {
        'access-control-allow-origin': PAGE,
        'access-control-expose-headers': 'etag,location,retry-after,idempotency-replayed,www-authenticate',
      };
      respond = async () => ({ statusCode: 404, headers: { vary: 'accept' } });
      expect((await send('/v1/x', { headers })).headers).toMatchObject({ ...exposed, vary: 'accept, origin' });
      respond = () => Promise.reject(new Error('down'));
      expect((await send('/v1/x', { headers })).headers).toMatchObject(exposed);
    });
  });
});
