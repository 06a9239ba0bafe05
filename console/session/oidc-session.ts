/**
 * Signs in at the stage's OIDC issuer by the code flow with PKCE. Tokens are kept for one tab and until it is closed: where
 * a foreign script could run, it could read them anywhere, and the content security policy lets none run.
 */
import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { ConsoleEnvironment } from '../env.ts';
import { personOf } from './person.ts';
import { type Session, SIGN_IN_PATHS } from './session.ts';

/** A token that ends on its way to the API is of no use. */
const RENEW_SECONDS_BEFORE_END = 30;

/** Resolves when it is known whether a reader is signed in in this tab. */
export async function startOidcSession(env: ConsoleEnvironment): Promise<Session> {
  const { origin } = window.location;
  const store = new WebStorageStateStore({ store: window.sessionStorage });
  const signedOutUrl = `${origin}${SIGN_IN_PATHS.signedOut}`;
  const manager = new UserManager({
    authority: env.issuerUrl,
    client_id: env.clientId,
    scope: env.scope,
    response_type: 'code',
    redirect_uri: `${origin}${SIGN_IN_PATHS.signedIn}`,
    post_logout_redirect_uri: signedOutUrl,
    userStore: store,
    stateStore: store,
    // Asked for when a token is needed: no timer, and no hidden frame that the issuer would refuse to be in.
    automaticSilentRenew: false,
    monitorSession: false,
  });
  let user = (await manager.getUser()) ?? undefined;
  let renewal: Promise<User | null> | undefined;

  return {
    person: () => user && personOf(user.profile, env),

    async idToken() {
      if (user !== undefined && (user.expires_in ?? 0) < RENEW_SECONDS_BEFORE_END) {
        user = user.refresh_token === undefined ? undefined : await renew();
      }
      return user?.id_token;
    },

    signIn: (returnTo) => manager.signinRedirect({ state: returnTo }),

    async finishSignIn() {
      user = await manager.signinRedirectCallback();
      return typeof user.state === 'string' && /^\/(?!\/)/.test(user.state) ? user.state : '/';
    },

    async signOut() {
      user = undefined;
      if ((await manager.metadataService.getEndSessionEndpoint()) === undefined) {
        await manager.removeUser();
        window.location.assign(signedOutUrl);
        return;
      }
      // Cognito asks for these names in place of the standard's.
      await manager.signoutRedirect({ extraQueryParams: { client_id: env.clientId, logout_uri: signedOutUrl } });
    },
  };

  /** Once for all requests that wait for it. */
  async function renew(): Promise<User | undefined> {
    renewal ??= manager.signinSilent().finally(() => {
      renewal = undefined;
    });
    try {
      return (await renewal) ?? undefined;
    } catch {
      return undefined;
    }
  }
}
