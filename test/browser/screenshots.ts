/**
 * Takes a picture of every page and dialog in both themes at three widths, into `screenshots/`, to be looked at:
 * does anything overlap, is anything cut, does the eye find first what fails?
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { LOST_TITLE, pathOf, SCREENS, type Screen } from './screens.ts';
import { connectWebhook, pauseWebhook, publish, publishUnreadable } from './system.ts';
import { forgiveRefusals, type User, useToken, useVisits } from './visit.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'screenshots');

/** A desktop, one at 200 %, and the narrowest phone, in both themes. */
const VIEWS = [1440, 768, 320].flatMap((width) =>
  (['light', 'dark'] as const).map((theme) => ({ view: `${width}-${theme}`, theme, width })),
);

const RETRIES_MILLIS = 60_000;
const LOADING_MILLIS = 20_000;

/** With things in them that the screens for tests do without. The first waits for what the others show too. */
const MORE_SCREENS: readonly (Screen & { readonly as?: User })[] = [
  {
    name: 'a delivery that used up its retries',
    path: '/integrations',
    show: async (page) => {
      const card = page
        .getByRole('listitem')
        .filter({ has: page.getByRole('link', { name: 'Ticketing', exact: true }) });
      await card.getByRole('link', { name: 'See why: Dormant admin' }).click({ timeout: RETRIES_MILLIS });
      await page.getByText('The receiver answered 503').first().waitFor();
    },
  },
  {
    name: 'nothing connected yet',
    as: 'globex-admin',
    path: '/integrations',
    show: (page) => page.getByText('Connect your first webhook').waitFor(),
  },
  {
    name: 'a card with alerts off',
    path: '/integrations',
    show: async (page) => {
      await page.getByRole('link', { name: 'Dashboard', exact: true }).click();
      await page.getByText('Nothing is sent. Turn alerts on').waitFor();
    },
  },
  {
    name: 'a card with deliveries that wait for their turn',
    path: '/integrations',
    show: async (page) => {
      await page.getByRole('link', { name: 'Chat at one a minute', exact: true }).click();
      await page
        .getByRole('row', { name: /ahead, expected in/ })
        .first()
        .waitFor({ timeout: RETRIES_MILLIS });
    },
  },
  {
    name: 'a delivery that waits for its turn',
    path: '/integrations',
    show: async (page) => {
      await page.getByRole('link', { name: 'Chat at one a minute', exact: true }).click();
      await page
        .getByRole('row', { name: /ahead, expected in/ })
        .first()
        .getByRole('link')
        .click();
      await page.getByText('Waiting since').waitFor();
    },
  },
  {
    name: 'for a user who may only look',
    as: 'viewer',
    path: '/integrations',
    show: (page) => page.getByRole('link', { name: 'Ticketing', exact: true }).waitFor(),
  },
  {
    name: 'a session that has ended',
    path: '/integrations',
    show: async (page) => {
      await useToken(page, 'not.a.token');
      await page.getByText('Your sign-in has ended').waitFor();
    },
  },
  {
    name: 'without a network',
    path: '/integrations/browse',
    show: async (page) => {
      await page.context().setOffline(true);
      await page.getByRole('link', { name: 'Integrations' }).first().click();
      await page.getByText('The service cannot be reached.').first().waitFor();
    },
  },
];

const visits = useVisits();
let webhookPath: string;

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  await connectWebhook('SIEM', '/ok/siem', 'info');
  await connectWebhook('Dashboard', '/ok/board');
  await pauseWebhook(await connectWebhook('Chat', '/ok/chat', 'medium'));
  await connectWebhook('Ticketing', '/fail/tickets?status=503', 'high');
  await connectWebhook('SOAR playbooks in the Frankfurt data centre', '/fail/soar?times=2', 'critical');
  webhookPath = `/integrations/webhooks/${await connectWebhook('Gone', '/gone', 'high')}`;
  await connectWebhook('Chat at one a minute', '/ok/slow-chat', 'info', 1);
  await publish({ title: LOST_TITLE });
  await Promise.all(
    [1, 2, 3, 4, 5, 6].map((number) =>
      publish({ title: `One of six: role ${number} may assume any other`, severity: { level: 'low', score: 20 } }),
    ),
  );
  await publishUnreadable();
  await publish({ title: 'Dormant admin account re-activated outside of working hours' });
});

describe.each([...MORE_SCREENS, ...SCREENS])('$name', (screen: Screen & { readonly as?: User }) => {
  it.each(VIEWS)(
    '$view',
    async ({ view, ...window }) => {
      const visit = await visits.open({
        ...window,
        path: pathOf(screen, webhookPath),
        ...(screen.as && { as: screen.as }),
      });
      await screen.show(visit.page);
      await takePicture(visit.page, `${screen.name.replaceAll(/\W+/g, '-')}-${view}.png`);
      forgiveRefusals(visit);
    },
    RETRIES_MILLIS,
  );
});

/** All of a page, down to its end, once there is nothing left to load. */
async function takePicture(page: Page, name: string): Promise<void> {
  await expect.poll(() => page.getByText(/^Loading /).count(), { timeout: LOADING_MILLIS }).toBe(0);
  // By the size of the window: Playwright's own full page passes through another width, and what was open closes.
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height });
  await page.screenshot({ path: join(FOLDER, name) });
}
