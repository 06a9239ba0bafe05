/** Signing in and out, as the rest of the console sees it. */
import type { SignInPaths } from '../env.ts';
import type { Person } from './person.ts';

export interface Session {
  /** Undefined if no reader is signed in, or the sign-in has ended. */
  person(): Person | undefined;
  /** The token for the API, renewed if it is about to end; undefined if only another sign-in helps. */
  idToken(): Promise<string | undefined>;
  /** Leaves the page. `returnTo` is the path to come back to. */
  signIn(returnTo: string): Promise<void>;
  /** On the way back from signing in: the path to go on with. Rejects if it did not work. */
  finishSignIn(): Promise<string>;
  /** Leaves the page. */
  signOut(): Promise<void>;
}

export const SIGN_IN_PATHS: SignInPaths = { signedIn: '/signed-in', signedOut: '/signed-out' };
