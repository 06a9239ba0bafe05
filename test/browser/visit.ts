/** A user in front of the console: a browser window, and every error in it that a user must not see. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { ownTenant } from './system.ts';

/** The first two are of the file's own tenant, the last of another that has nothing. */
export type User = 'admin' | 'viewer' | 'globex-admin';

export interface VisitOptions {
  readonly as?: User;
  readonly path?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors in the browser's console, and requests to anybody but the console and the issuer. */
  readonly complaints: string[];
}

const HEIGHT = 900;
const WIDTH = 1280;

/** Until something is there that takes a request or two; a busy machine takes its time. */
const PATIENCE_MILLIS = 20_000;

/** After each test no error may have been seen. */
export function useVisits(): { open(options?: VisitOptions): Promise<Visit> } {
  let browser: Browser;
  const visits: Visit[] = [];
  beforeAll(async () => {
    browser = await chromium.connect(inject('browserUrl'));
  });
  afterEach(async () => {
    const ended = visits.splice(0);
    await Promise.all(ended.map(({ context }) => context.close()));
    expect(ended.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  afterAll(() => browser.close());

  return {
    async open(options = {}) {
      const visit = await openWindow(browser, options);
      visits.push(visit);
      await signIn(visit.page, options);
      return visit;
    },
  };
}

async function openWindow(browser: Browser, { theme = 'light', width = WIDTH }: VisitOptions): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: inject('stack').consoleUrl ?? '',
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const { consoleUrl = '', issuerUrl } = inject('stack');
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    if (![consoleUrl, issuerUrl].includes(new URL(request.url()).origin)) {
      complaints.push(`request to ${request.url()}`);
    }
  });
  return { page, context, complaints };
}

/** What signing in leaves in a tab, by tenant and user: the way through the issuer takes as long as everything else. */
const signedIn = new Map<string, Readonly<Record<string, string>>>();

async function signIn(page: Page, { as = 'admin', path = '/integrations' }: VisitOptions): Promise<void> {
  const { consoleUrl } = inject('stack');
  const user = `${ownTenant().tenantId} ${as}`;
  const known = signedIn.get(user);
  if (known === undefined) {
    await signInByIssuer(page, as);
    signedIn.set(user, await page.evaluate(() => ({ ...sessionStorage })));
  } else {
    await resumeSession(page, known);
  }
  await page.goto(`${consoleUrl}${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** The issuer knows the demo's users; which tenant's they are is taken from the token. */
async function signInByIssuer(page: Page, as: User): Promise<void> {
  const { consoleUrl } = inject('stack');
  await page.goto(`${consoleUrl}/integrations`);
  await page.getByRole('link', { name: as === 'globex-admin' ? as : `acme-${as}` }).click();
  await page.waitForURL(`${consoleUrl}/integrations`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (as !== 'globex-admin') {
    await useToken(page, ownTenant().tokens[as]);
  }
}

/** Once in a tab, be it signed out there later: the script runs whenever a page is loaded. */
async function resumeSession(page: Page, entries: Readonly<Record<string, string>>): Promise<void> {
  await page.addInitScript(
    (stored) => {
      if (sessionStorage.length === 0) {
        for (const [name, value] of Object.entries(stored)) {
          sessionStorage.setItem(name, value);
        }
      }
    },
    { ...entries, isResumed: 'yes' },
  );
}

/** Another token in place of the one that the issuer gave, and the page loaded again. */
export async function useToken(page: Page, token: string): Promise<void> {
  await page.evaluate((idToken) => {
    for (const [name, value] of Object.entries(sessionStorage)) {
      if (name.includes('user:')) {
        sessionStorage.setItem(name, JSON.stringify({ ...JSON.parse(String(value)), id_token: idToken }));
      }
    }
  }, token);
  await page.reload();
}

/** The browser itself complains about a response of 4xx, which is what some tests are about. */
export function forgiveRefusals({ complaints }: Visit): void {
  const others = complaints.filter((complaint) => !/^error: Failed to load resource/.test(complaint));
  complaints.splice(0, complaints.length, ...others);
}
