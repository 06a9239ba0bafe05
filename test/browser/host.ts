/**
 * What the suite looks at: one local system with the console as it is built, and one browser. In a process of its own that
 * Node runs itself, as users run it; it ends when its parent does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { buildConsole } from '../../local/console/build-console.ts';
import { startLocalSystem } from '../../local/local-system.ts';
import type { StackDescription } from '../../local/stack-file.ts';
import { chromiumOptions } from './chromium.ts';

export interface Hosted {
  readonly stack: StackDescription;
  /** Of the browser, for Playwright to connect to. */
  readonly browserUrl: string;
  readonly browserPid: number;
  /** An ID token of a user of acme who may do nothing. */
  readonly tokenWithoutPermissions: string;
}

const logsFolder = mkdtempSync(join(tmpdir(), 'thalian-browser-'));
const [options] = await Promise.all([chromiumOptions(), buildConsole()]);
const system = await startLocalSystem({ logsFolder, console: 'built' });
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
  tokenWithoutPermissions: await system.issuer.issueIdToken({
    username: 'acme-guest',
    tenantId: 'acme',
    permissions: [],
  }),
};
process.send?.(hosted);
