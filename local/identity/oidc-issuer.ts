/**
 * Stands in for the Cognito user pool: an OIDC issuer on the loopback interface that signs in the demo users by the
 * authorization-code flow and issues tokens like Cognito's. Its keys live as long as it does, and so do its tokens.
 */
import { AssertionError } from 'node:assert';
import { createServer } from 'node:http';
import {
  Events,
  type MutableRedirectUri,
  type MutableResponse,
  type MutableToken,
  OAuth2Issuer,
  OAuth2Service,
  type TokenRequestIncomingMessage,
} from 'oauth2-mock-server';
import { closeServer, LOOPBACK, listenOnLoopback } from '../aws/loopback-server.ts';
import { accessTokenClaims, idTokenClaims } from './cognito-claims.ts';
import { findDemoUser, type LocalUser } from './local-user.ts';
import { signInPage } from './sign-in-page.ts';

export interface OidcIssuer {
  readonly issuerUrl: string;
  /** Of the one client; the audience of its ID tokens. */
  readonly clientId: string;
  /** The token that signing in would give, for programs: any user, of any tenant, with any permissions. */
  issueIdToken(user: LocalUser): Promise<string>;
  stop(): Promise<void>;
}

const CLIENT_ID = 'thalian-local';

/** Cognito allows a day at most. Here a system that was left running over a weekend should still answer on Monday. */
const TOKENS_VALID_SECONDS = 7 * 24 * 60 * 60;

/** Codes go to pages on this machine only. */
const REDIRECT_HOSTS = ['localhost', LOOPBACK];

export async function startOidcIssuer(): Promise<OidcIssuer> {
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate('RS256');
  const service = new OAuth2Service(issuer);
  const usersByCode = new Map<string, LocalUser>();

  service.on(Events.BeforeWellKnownOpenIdConfiguration, ({ body }: MutableResponse) => {
    Object.assign(body, { grant_types_supported: ['authorization_code'] });
  });
  service.on(Events.BeforeAuthorizeRedirect, ({ url }: MutableRedirectUri, { url: requested = '' }) => {
    const query = new URL(requested, issuerUrl).searchParams;
    const user = findDemoUser(query.get('login_hint'));
    refuseUnless(user !== undefined, 'login_hint names no user');
    refuseUnless(query.get('client_id') === CLIENT_ID, 'client_id names no client');
    // Cognito's tokens have every attribute that a client may read for this scope alone, and fewer with others beside it.
    refuseUnless(query.get('scope') === 'openid', 'scope must be openid alone');
    refuseUnless(REDIRECT_HOSTS.includes(url.hostname), 'redirect_uri must be on this machine');
    usersByCode.set(url.searchParams.get('code') ?? '', user);
  });
  service.on(Events.BeforeTokenSigning, ({ payload }: MutableToken, { body }: TokenRequestIncomingMessage) => {
    const user = usersByCode.get(body.code ?? '');
    refuseUnless(body.grant_type === 'authorization_code' && user !== undefined, 'invalid_grant');
    refuseUnless(body.client_id === CLIENT_ID, 'invalid_client');
    const claimsFor = 'aud' in payload ? idTokenClaims : accessTokenClaims;
    Object.assign(payload, claimsFor(user, CLIENT_ID, payload.iat), { exp: payload.iat + TOKENS_VALID_SECONDS });
  });
  service.on(Events.BeforeResponse, (response: MutableResponse, { body }: TokenRequestIncomingMessage) => {
    usersByCode.delete(body.code ?? '');
    // No refresh token: nothing here would take it.
    const { refresh_token: _, ...tokens } = { ...response.body } as Record<string, unknown>;
    response.body = { ...tokens, scope: 'openid', expires_in: TOKENS_VALID_SECONDS };
  });

  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', issuerUrl);
    if (url === null) {
      response.writeHead(400).end();
    } else if (url.pathname === '/authorize' && !url.searchParams.has('login_hint')) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(signInPage(url));
    } else {
      service.requestHandler(request, response);
    }
  });
  const issuerUrl = `http://${LOOPBACK}:${await listenOnLoopback(server, 0)}`;
  issuer.url = issuerUrl;
  return {
    issuerUrl,
    clientId: CLIENT_ID,
    issueIdToken: (user) =>
      issuer.buildToken({
        expiresIn: TOKENS_VALID_SECONDS,
        scopesOrTransform: (_header, payload) =>
          void Object.assign(payload, idTokenClaims(user, CLIENT_ID, payload.iat)),
      }),
    stop: () => closeServer(server),
  };
}

/** In the one way that the service underneath turns into a 400. */
function refuseUnless(isFine: boolean, message: string): asserts isFine {
  if (!isFine) {
    throw new AssertionError({ message });
  }
}
