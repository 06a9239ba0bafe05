import { describe, expect, it } from 'vitest';
import {
  readAccessToken,
  tokenErrorCode,
  tokenIssueRequest,
  withoutTokens,
} from '../../../shared/http/access-token.ts';
import { aTokenRequest } from '../../builders/token-request.ts';

const NOW = Date.UTC(2026, 10, 23);

function read(statusCode: number, body: string | object) {
  return readAccessToken(
    { statusCode, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) },
    NOW,
  );
}

describe('the request for a token', () => {
  it('is a form, as RFC 6749 has it', () => {
    const { method, url, headers, body } = tokenIssueRequest(aTokenRequest({ clientSecret: 'a&b=c~d é+' }));
    expect({ method, url }).toEqual({ method: 'POST', url: aTokenRequest().tokenUrl });
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-of-acme',
      client_secret: 'a&b=c~d é+',
      scope: 'https://monitor.example/.default',
    });
  });
});

describe('a client that signs in by the header', () => {
  it('has its id and secret encoded as a form has them, and neither in the body', () => {
    const request = aTokenRequest({
      clientId: 'a:b',
      clientSecret: 'p/s s+%é',
      audience: 'https://siem.example',
      clientAuthentication: 'basic',
    });
    const { headers, body } = tokenIssueRequest(request);
    const [, encoded = ''] = /^Basic (.+)$/.exec(headers['authorization'] ?? '') ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toBe('a%3Ab:p%2Fs+s%2B%25%C3%A9');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'https://monitor.example/.default',
      audience: 'https://siem.example',
    });
  });

  it('names no scope and no audience that it does not have', () => {
    const { scope: _scope, ...request } = aTokenRequest({ clientAuthentication: 'basic' });
    expect(tokenIssueRequest(request).body).toBe('grant_type=client_credentials');
  });
});

describe('a response without a token', () => {
  it.each([
    [401, '{"error":"invalid_client","error_description":"x"}', 'invalid_client'],
    [400, '{"error":"a secret of ours"}', 'HTTP 400'],
    [503, 'busy', 'HTTP 503'],
  ])('is named by the word of the standard, or by its status: %i %s', (statusCode, body, code) => {
    expect(tokenErrorCode({ statusCode, headers: {}, body })).toBe(code);
  });

  it('is not shown if it may hold one that cannot be used', () => {
    const shown = (body: string) => withoutTokens({ statusCode: 201, headers: {}, body }).body;
    expect(shown('{"access_token":"t-0123456789"}')).toBe('');
    expect(shown('{"error":"invalid_client"}')).toBe('{"error":"invalid_client"}');
  });

  it.each([
    ['{"accessToken":"t-0123456789"}', 200, false],
    ['{"token":"t-0123456789"}', 200, false],
    ['t-0123456789', 200, false],
    ['{"error":"slow_down","idToken":"t-0123456789"}', 429, false],
    ['{"error":"invalid_scope"}', 200, true],
    ['<html><title>Sign in</title>', 200, true],
    ['no such client', 404, true],
  ])('of %s with %i is shown: %s', (body, statusCode, isShown) => {
    expect(withoutTokens({ statusCode, headers: {}, body }).body).toBe(isShown ? body : '');
  });
});

describe("the issuer's answer", () => {
  it.each([
    ['an hour', 3_600, 3_300],
    ['an hour as text', '3600', 3_300],
    ['five minutes', 300, 150],
    ['one minute', 60, 30],
    ['no time', -60, 0],
    ['ever', Number.POSITIVE_INFINITY, 0],
    ['its lifetime is unknown', undefined, 0],
    ['nonsense', 'soon', 0],
  ])('holds a token for %s, which is kept for less', (_howLong, expires_in, keptSeconds) => {
    expect(read(200, { access_token: 't', token_type: 'Bearer', expires_in })).toEqual({
      value: 't',
      renewAt: NOW + keptSeconds * 1000,
    });
  });

  it('holds a token that was created, as some issuers say', () => {
    expect(read(201, { access_token: 't' })).toMatchObject({ value: 't' });
  });

  it('holds none that is longer than any server takes in a header', () => {
    expect(read(200, { access_token: 't'.repeat(16_384) })).toHaveProperty('value');
    expect(read(200, { access_token: 't'.repeat(16_385) })).toBe('token-refused');
  });

  it.each(['Bearer', 'bearer', 'BEARER', undefined])('holds a bearer token, in whatever case: %s', (token_type) => {
    expect(read(200, { access_token: 't', token_type })).toMatchObject({ value: 't' });
  });

  it.each(['DPoP', 'mac', 'N_A', 'Bearer ', '', 7, ['Bearer']])('holds none to be used as one: %j', (token_type) => {
    expect(read(200, { access_token: 't', token_type })).toBe('token-type');
  });

  it.each([
    [401, { error: 'invalid_client' }],
    [400, { access_token: 't', expires_in: 3_600 }],
    [200, {}],
    [200, { access_token: '' }],
    [200, { access_token: 7 }],
    [200, { access_token: 'a\r\nx-evil: 1' }],
    [200, { access_token: 'schlüssel' }],
    [200, '<html>Sign in</html>'],
  ])('%i %j holds none', (statusCode, body) => {
    expect(read(statusCode, body)).toBe('token-refused');
  });
});
