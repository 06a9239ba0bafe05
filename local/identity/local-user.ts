/** Who can sign in to the local system. It knows no passwords: a process that reaches the loopback interface may be any user. */
import type { Permission } from '../../functions/api/actor.ts';

export interface LocalUser {
  /** Unique; also the local part of the e-mail address. */
  readonly username: string;
  readonly tenantId: string;
  readonly permissions: readonly Permission[];
}

const ALL: readonly Permission[] = ['webhooks-read', 'webhooks-write'];

export const DEMO_USERS = {
  acme: { username: 'acme-admin', tenantId: 'acme', permissions: ALL },
  acmeViewer: { username: 'acme-viewer', tenantId: 'acme', permissions: ['webhooks-read'] },
  globex: { username: 'globex-admin', tenantId: 'globex', permissions: ALL },
} as const satisfies Readonly<Record<string, LocalUser>>;

export function findDemoUser(username: string | null): LocalUser | undefined {
  return Object.values<LocalUser>(DEMO_USERS).find((user) => user.username === username);
}
