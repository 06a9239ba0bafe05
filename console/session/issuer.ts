/**
 * Signs in, renews and signs out at the stage's OIDC issuer by the code flow with PKCE. Tokens are kept for one tab and until
 * it is closed: where a foreign script could run, it could read them anywhere, and the content security policy lets none run.
 */
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { ConsoleEnvironment } from '../env.ts';
import { SIGN_IN_PATHS } from './session.ts';
import { readStoredUser, type StoredUser } from './stored-user.ts';

export interface Issuer {
  /** Leaves the page. */
  signIn(returnTo: string): Promise<void>;
  /** On the way back: the path to go on with. */
  finishSignIn(): Promise<string>;
  renew(): Promise<StoredUser | undefined>;
  /** Leaves the page. */
  signOut(): Promise<void>;
}

export function createIssuer(env: ConsoleEnvironment): Issuer {
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

  return {
    signIn: (returnTo) => manager.signinRedirect({ state: returnTo }),

    async finishSignIn() {
      const { state } = await manager.signinRedirectCallback();
      return typeof state === 'string' && /^\/(?!\/)/.test(state) ? state : '/';
    },

    async renew() {
      await manager.signinSilent();
      return readStoredUser(window.sessionStorage, env);
    },

    async signOut() {
      if ((await manager.metadataService.getEndSessionEndpoint()) === undefined) {
        await manager.removeUser();
        window.location.assign(signedOutUrl);
        return;
      }
      // Cognito asks for these names in place of the standard's.
      await manager.signoutRedirect({ extraQueryParams: { client_id: env.clientId, logout_uri: signedOutUrl } });
    },
  };
}
