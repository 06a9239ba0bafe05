/** Hands the session, and whether it has ended under the reader's hands, to whatever is drawn below. */
import { createContext, useContext } from 'react';
import type { Person } from '../session/person.ts';
import type { Session } from '../session/session.ts';

export interface SignedInSession {
  readonly session: Session;
  readonly person: Person;
  /** Whether the stage sends notices by e-mail. */
  readonly sendsMail: boolean;
}

export const SessionContext = createContext<SignedInSession | undefined>(undefined);

export function useSession(): SignedInSession {
  const session = useContext(SessionContext);
  if (session === undefined) {
    throw new Error('Drawn outside of the session');
  }
  return session;
}

/** For buttons that change something: props that say why they cannot be pressed. */
export function useWriteGuard(): { readonly disabled: boolean; readonly disabledReason?: string } {
  const { person } = useSession();
  return person.mayWrite
    ? { disabled: false }
    : { disabled: true, disabledReason: 'This needs the permission webhooks-write. Ask your administrator.' };
}
