/** The session of one tab: what is stored answers most questions, and the issuer's library is fetched for the others. */
import type { ConsoleEnvironment } from '../env.ts';
import { patiently } from '../frame/patiently.ts';
import type { Issuer } from './issuer.ts';
import { personOf } from './person.ts';
import type { Session } from './session.ts';
import { readStoredUser, type StoredUser, secondsLeft } from './stored-user.ts';

/** A token that ends on its way to the API is of no use. */
const RENEW_SECONDS_BEFORE_END = 30;

export function startTabSession(env: ConsoleEnvironment): Session {
  let user = readStoredUser(window.sessionStorage, env);
  let fetching: Promise<Issuer> | undefined;
  let renewal: Promise<StoredUser | undefined> | undefined;

  return {
    person: () => user && personOf(user.profile, env),

    async idToken() {
      if (user !== undefined && secondsLeft(user, Date.now()) < RENEW_SECONDS_BEFORE_END) {
        user = user.refresh_token === undefined ? undefined : await renew();
      }
      return user?.id_token;
    },

    signIn: async (returnTo) => (await issuer()).signIn(returnTo),

    async finishSignIn() {
      const path = await (await issuer()).finishSignIn();
      user = readStoredUser(window.sessionStorage, env);
      return path;
    },

    async signOut() {
      user = undefined;
      await (await issuer()).signOut();
    },
  };

  /** Once; after a failure, when it is next needed. */
  function issuer(): Promise<Issuer> {
    fetching ??= patiently(() => import('./issuer.ts')).then(
      ({ createIssuer }) => createIssuer(env),
      (error: unknown) => {
        fetching = undefined;
        throw error;
      },
    );
    return fetching;
  }

  /** Once for all requests that wait for it. */
  async function renew(): Promise<StoredUser | undefined> {
    renewal ??= issuer()
      .then((loaded) => loaded.renew())
      .finally(() => {
        renewal = undefined;
      });
    try {
      return await renewal;
    } catch {
      return undefined;
    }
  }
}
