/**
 * The user that signing in left in the tab, read without the library that stored it: most visits need no more of it. The
 * key and the fields are those of oidc-client-ts.
 */
import * as z from 'zod';
import type { ConsoleEnvironment } from '../env.ts';

const schema = z.object({
  id_token: z.string(),
  refresh_token: z.string().exactOptional(),
  /** In seconds, like every instant of a token. */
  expires_at: z.number().exactOptional(),
  profile: z.record(z.string(), z.unknown()),
});

export type StoredUser = z.output<typeof schema>;

/** Undefined if no reader is signed in, or if what is stored is of another version of the library. */
export function readStoredUser(
  store: Pick<Storage, 'getItem'>,
  { issuerUrl, clientId }: Pick<ConsoleEnvironment, 'issuerUrl' | 'clientId'>,
): StoredUser | undefined {
  const stored = store.getItem(`oidc.user:${issuerUrl}:${clientId}`);
  return stored === null ? undefined : parseUser(stored);
}

/** A token that does not say when it ends counts as ended. */
export function secondsLeft({ expires_at = 0 }: Pick<StoredUser, 'expires_at'>, now: number): number {
  return expires_at - Math.floor(now / 1_000);
}

function parseUser(stored: string): StoredUser | undefined {
  try {
    return schema.safeParse(JSON.parse(stored)).data;
  } catch {
    return undefined;
  }
}
