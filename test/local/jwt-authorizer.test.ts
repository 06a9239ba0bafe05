import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJwtAuthorizer, type JwtAuthorizer } from '../../local/aws/jwt-authorizer.ts';
import { AUDIENCE, type SigningIssuer, startSigningIssuer } from '../fakes/signing-issuer.ts';

const NOW = Math.floor(Date.now() / 1000);

describe('the JWT authorizer', () => {
  let issuer: SigningIssuer;
  let otherIssuer: SigningIssuer;
  let authorize: JwtAuthorizer;

  beforeAll(async () => {
    issuer = await startSigningIssuer();
    otherIssuer = await startSigningIssuer();
    authorize = await createJwtAuthorizer({ issuerUrl: issuer.issuerUrl, audience: [AUDIENCE] });
  });
  afterAll(() => Promise.all([issuer.stop(), otherIssuer.stop()]));

  it('tells the claims as strings: lists in brackets, numbers and truths as they are written, nothing for null', async () => {
    const token = await issuer.sign({
      sub: 'user-1',
      'cognito:groups': ['webhooks-read', 'webhooks-write'],
      email_verified: true,
      auth_time: 1_700_000_000,
      address: { country: 'CH' },
      nickname: null,
    });
    expect(await authorize(`Bearer ${token}`)).toEqual({
      iss: issuer.issuerUrl,
      aud: AUDIENCE,
      iat: expect.stringMatching(/^\d{10}$/),
      exp: expect.stringMatching(/^\d{10}$/),
      sub: 'user-1',
      'cognito:groups': '[webhooks-read webhooks-write]',
      email_verified: 'true',
      auth_time: '1700000000',
      address: '{"country":"CH"}',
    });
  });

  it('takes a token with or without the prefix', async () => {
    const token = await issuer.sign();
    expect(await authorize(token)).toMatchObject({ aud: AUDIENCE });
    expect(await authorize(`bearer ${token}`)).toMatchObject({ aud: AUDIENCE });
  });

  it.each([
    ['one of several audiences', { aud: ['other', AUDIENCE] }],
    ['an access token of the client', { aud: undefined, client_id: AUDIENCE }],
    ['a token that was valid a moment ago', { nbf: NOW - 1 }],
  ])('accepts %s', async (_what, claims) => {
    expect(await authorize(await issuer.sign(claims))).toBeDefined();
  });

  it.each([
    ['for another audience', { aud: 'other' }],
    ['for no audience', { aud: undefined }],
    ["that is another client's access token", { aud: undefined, client_id: 'other' }],
    ['for another audience through our client', { aud: 'other', client_id: AUDIENCE }],
    ['that has expired', { exp: NOW - 1 }],
    ['that never expires', { exp: undefined }],
    ['that is not valid yet', { nbf: NOW + 60 }],
    ['that was issued in the future', { iat: NOW + 60 }],
    ['that names another issuer', { iss: 'https://issuer.example' }],
    ['that names no issuer', { iss: undefined }],
  ])('accepts no token %s', async (_what, claims) => {
    expect(await authorize(await issuer.sign(claims))).toBeUndefined();
  });

  it('accepts no token that another issuer signed, not even one with our issuer in it', async () => {
    expect(await authorize(await otherIssuer.sign())).toBeUndefined();
    expect(await authorize(await otherIssuer.sign({ iss: issuer.issuerUrl }))).toBeUndefined();
  });

  it('accepts no token whose contents were changed after signing', async () => {
    const [header, , signature] = (await issuer.sign({ 'custom:tenantId': 'acme' })).split('.');
    const [, payload] = (await issuer.sign({ 'custom:tenantId': 'globex' })).split('.');
    expect(await authorize([header, payload, signature].join('.'))).toBeUndefined();
  });

  it('accepts no unsigned token', async () => {
    const [, payload] = (await issuer.sign()).split('.');
    for (const alg of ['none', 'None', 'RS256']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'key-1' })).toString('base64url');
      expect(await authorize(`${header}.${payload}.`)).toBeUndefined();
    }
  });

  it('accepts no token that was signed with the public key as if it were a shared secret', async () => {
    const token = await new SignJWT({ iss: issuer.issuerUrl, aud: AUDIENCE, exp: NOW + 60 })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(Buffer.from(issuer.publicKeyPem));
    expect(await authorize(token)).toBeUndefined();
  });

  it('accepts no token with an elliptic signature, as API Gateway does not', async () => {
    const elliptic = await startSigningIssuer('ES256');
    const authorizeElliptic = await createJwtAuthorizer({ issuerUrl: elliptic.issuerUrl, audience: [AUDIENCE] });
    expect(await authorizeElliptic(await elliptic.sign())).toBeUndefined();
    await elliptic.stop();
  });

  it('accepts no key that the token brings along', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const token = await new SignJWT({ iss: issuer.issuerUrl, aud: AUDIENCE, exp: NOW + 60 })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', jwk: await exportJWK(publicKey) })
      .sign(privateKey);
    expect(await authorize(token)).toBeUndefined();
  });

  it('accepts no token that names no key, or an unknown one', async () => {
    expect(await authorize(await issuer.sign({}, { kid: undefined }))).toBeUndefined();
    expect(await authorize(await issuer.sign({}, { kid: 'key-2' }))).toBeUndefined();
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YWNtZTphY21l', 'a.b.c', 'Bearer a.b.c'])(
    'takes %j for no token',
    async (authorization) => {
      expect(await authorize(authorization)).toBeUndefined();
    },
  );

  it('accepts no two tokens in one header', async () => {
    const token = await issuer.sign();
    expect(await authorize(`Bearer ${token},Bearer ${token}`)).toBeUndefined();
  });
});
