/**
 * What the suite looks at: one local system with the console as it is built, and one browser. In a process of its own that
 * Node runs itself, as users run it; it ends when its parent does.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { buildConsole } from '../../local/console/build-console.ts';
import { DEMO_USERS, type LocalUser } from '../../local/identity/local-user.ts';
import { startLocalSystem } from '../../local/local-system.ts';
import type { StackDescription } from '../../local/stack-file.ts';
import { chromiumOptions } from './chromium.ts';

export interface Hosted {
  readonly stack: StackDescription;
  /** Of the browser, for Playwright to connect to. */
  readonly browserUrl: string;
  readonly browserPid: number;
  /** By the name of a test file. */
  readonly tenants: Readonly<Record<string, TestTenant>>;
}

/** A tenant of one file's own: files run beside each other, and one's findings must not reach the webhooks of another. */
export interface TestTenant {
  readonly tenantId: string;
  /** ID tokens of its users. */
  readonly tokens: Readonly<Record<'admin' | 'viewer' | 'guest', string>>;
}

const logsFolder = mkdtempSync(join(tmpdir(), 'thalian-browser-'));
const [options] = await Promise.all([chromiumOptions(), buildConsole()]);
const system = await startLocalSystem({ logsFolder, console: 'built', mail: {} });
const browser = await chromium.launchServer(options);

process.once('disconnect', async () => {
  await browser.close();
  await system.stop();
  rmSync(logsFolder, { recursive: true });
  process.exit();
});

const hosted: Hosted = {
  stack: system.description,
  browserUrl: browser.wsEndpoint(),
  browserPid: browser.process().pid ?? 0,
  tenants: await tenantsOfFiles(),
};
process.send?.(hosted);

async function tenantsOfFiles(): Promise<Record<string, TestTenant>> {
  const files = globSync('{*.test,screenshots}.ts', { cwd: import.meta.dirname });
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await aTenant(file)] as const)));
}

async function aTenant(file: string): Promise<TestTenant> {
  const tenantId = file.replace(/(\.test)?\.ts$/, '');
  const tokenOf = (username: string, permissions: LocalUser['permissions']) =>
    system.issuer.issueIdToken({ username: `${tenantId}-${username}`, tenantId, permissions });
  return {
    tenantId,
    tokens: {
      admin: await tokenOf('admin', DEMO_USERS.acme.permissions),
      viewer: await tokenOf('viewer', DEMO_USERS.acmeViewer.permissions),
      guest: await tokenOf('guest', []),
    },
  };
}
