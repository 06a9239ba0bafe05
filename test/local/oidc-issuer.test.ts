import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_USERS } from '../../local/identity/local-user.ts';
import { type OidcIssuer, startOidcIssuer } from '../../local/identity/oidc-issuer.ts';

const SECONDS_PER_DAY = 24 * 60 * 60;
const REDIRECT_URI = 'http://localhost:5173/signed-in';

async function readJson(response: Response): Promise<Record<string, string>> {
  return (await response.json()) as Record<string, string>;
}

describe('the local OIDC issuer', () => {
  let issuer: OidcIssuer;
  let configuration: Record<string, string>;

  beforeAll(async () => {
    issuer = await startOidcIssuer();
    configuration = await readJson(await fetch(`${issuer.issuerUrl}/.well-known/openid-configuration`));
  });
  afterAll(() => issuer.stop());

  async function verify(token: string) {
    const keys = createRemoteJWKSet(new URL(configuration['jwks_uri'] ?? ''));
    return jwtVerify(token, keys, { issuer: issuer.issuerUrl, audience: issuer.clientId, algorithms: ['RS256'] });
  }

  function authorize(query: Readonly<Record<string, string>>) {
    const defaults = {
      response_type: 'code',
      client_id: issuer.clientId,
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      login_hint: DEMO_USERS.acme.username,
    };
    const search = new URLSearchParams({ ...defaults, ...query });
    return fetch(`${configuration['authorization_endpoint']}?${search}`, { redirect: 'manual' });
  }

  async function signIn(query: Readonly<Record<string, string>> = {}) {
    const response = await authorize(query);
    return new URL(response.headers.get('location') ?? '').searchParams;
  }

  function requestTokens(parameters: Readonly<Record<string, string>>) {
    const defaults = { grant_type: 'authorization_code', client_id: issuer.clientId, redirect_uri: REDIRECT_URI };
    const body = new URLSearchParams({ ...defaults, ...parameters });
    return fetch(configuration['token_endpoint'] ?? '', { method: 'POST', body });
  }

  it('issues tokens for any user that look like the ID tokens of Cognito', async () => {
    const token = await issuer.issueIdToken({
      username: 'jane',
      tenantId: 'initech',
      permissions: ['webhooks-read', 'webhooks-write'],
    });
    const { payload, protectedHeader } = await verify(token);
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    expect(payload).toMatchObject({
      iss: issuer.issuerUrl,
      aud: issuer.clientId,
      token_use: 'id',
      sub: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      email: 'jane@initech.example',
      email_verified: true,
      'custom:tenantId': 'initech',
      'cognito:groups': ['webhooks-read', 'webhooks-write'],
    });
    expect(payload.exp).toBeGreaterThan(Date.now() / 1000 + SECONDS_PER_DAY);
  });

  it('leaves the groups out for a user who is in none', async () => {
    const token = await issuer.issueIdToken({ username: 'unknown', tenantId: 'acme', permissions: [] });
    expect(decodeJwt(token)).not.toHaveProperty('cognito:groups');
  });

  it('gives every user a subject of its own, the same in every token', async () => {
    const subjectOf = async (username: string) =>
      decodeJwt(await issuer.issueIdToken({ username, tenantId: 'acme', permissions: [] })).sub;
    expect(await subjectOf('jane')).toBe(await subjectOf('jane'));
    expect(await subjectOf('jane')).not.toBe(await subjectOf('joe'));
  });

  it('signs a demo user in by the authorization-code flow with PKCE, state and nonce', async () => {
    const verifier = randomBytes(32).toString('base64url');
    const query = await signIn({
      login_hint: DEMO_USERS.acmeViewer.username,
      state: 'state-1',
      nonce: 'nonce-1',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(query.get('state')).toBe('state-1');
    const code = query.get('code') ?? '';
    const response = await requestTokens({ code, code_verifier: verifier });
    const tokens = await readJson(response);
    expect(Number(tokens['expires_in'])).toBeGreaterThanOrEqual(SECONDS_PER_DAY);
    const { payload } = await verify(tokens['id_token'] ?? '');
    expect(payload).toMatchObject({
      nonce: 'nonce-1',
      token_use: 'id',
      'custom:tenantId': 'acme',
      'cognito:groups': ['webhooks-read'],
    });
  });

  it('says in an access token who calls, but not for which tenant', async () => {
    const response = await requestTokens({ code: (await signIn()).get('code') ?? '' });
    const tokens = await readJson(response);
    const claims = decodeJwt(tokens['access_token'] ?? '');
    expect(claims).toMatchObject({ token_use: 'access', client_id: issuer.clientId, username: 'acme-admin' });
    expect(claims).not.toHaveProperty('aud');
    expect(claims).not.toHaveProperty('custom:tenantId');
  });

  it('lets a browser choose between the demo users', async () => {
    const search = new URLSearchParams({
      response_type: 'code',
      client_id: issuer.clientId,
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      state: '"><script>',
    });
    const page = await fetch(`${configuration['authorization_endpoint']}?${search}`).then((response) =>
      response.text(),
    );
    expect(page).not.toContain('<script>');
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
    expect(links).toHaveLength(Object.keys(DEMO_USERS).length);
    const response = await fetch(new URL(links.at(-1) ?? '', issuer.issuerUrl), { redirect: 'manual' });
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.searchParams.get('state')).toBe('"><script>');
    const tokens = await readJson(await requestTokens({ code: location.searchParams.get('code') ?? '' }));
    expect(decodeJwt(tokens['id_token'] ?? '')).toMatchObject({ 'custom:tenantId': 'globex' });
  });

  it.each([
    ['an unknown user', { login_hint: 'mallory' }],
    ['another client', { client_id: 'another' }],
    ['a scope beside openid, with which Cognito would leave out the tenant', { scope: 'openid email' }],
    ['a page elsewhere', { redirect_uri: 'https://evil.example/' }],
    ['a page that only looks local', { redirect_uri: 'https://localhost.evil.example/' }],
  ])('gives no code to %s', async (_what, query) => {
    const response = await authorize(query);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  it('takes a code once', async () => {
    const code = (await signIn()).get('code') ?? '';
    expect((await requestTokens({ code })).status).toBe(200);
    expect((await requestTokens({ code })).status).toBe(400);
  });

  it.each([
    ['a code that it never gave', { code: 'invented' }],
    ['other grants', { grant_type: 'client_credentials' }],
    ['a password', { grant_type: 'password', username: 'acme-admin', password: 'any' }],
  ])('gives no token for %s', async (_what, parameters) => {
    expect((await requestTokens(parameters)).status).toBe(400);
  });

  it('gives no token to another client', async () => {
    const code = (await signIn()).get('code') ?? '';
    expect((await requestTokens({ code, client_id: 'another' })).status).toBe(400);
  });

  it('survives a URL that is none', async () => {
    expect((await fetch(`${issuer.issuerUrl}//`)).status).toBe(400);
    expect((await fetch(configuration['jwks_uri'] ?? '')).status).toBe(200);
  });

  it('is gone when it is stopped', async () => {
    const another = await startOidcIssuer();
    expect(new URL(another.issuerUrl).hostname).toBe('127.0.0.1');
    await another.stop();
    await expect(fetch(another.issuerUrl)).rejects.toThrow();
  });
});
