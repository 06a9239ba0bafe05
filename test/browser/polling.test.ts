/** How often a page that stays open asks the API, counted in a browser whose clock is moved by hand. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { connectWebhook } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

let path: string;

beforeAll(async () => {
  path = `/integrations/webhooks/${await connectWebhook('Watched', '/ok/watched')}`;
});

it.each([
  ['the integrations', () => '/integrations'],
  ['an integration', () => path],
  ['another part of its log and another chart', () => `${path}?status=failed&hours=168&counted=detection`],
  ['the settings', () => `${path}/settings`],
  ['the form that connects one', () => '/integrations/browse/json'],
])('opens %s by one request', async (_page, pathOf) => {
  const { page } = await visits.open({ path: pathOf() });
  const requests = requestsOf(page);
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.getByText(/^Loading/).count(), { timeout: 20_000 }).toBe(0);
  expect(requests()).toEqual(['POST /v1/changes']);
});

const FIRST_MINUTE = 60;
const SECONDS = 180;

/** Each of so many seconds takes a while on a busy machine. */
const PATIENCE_MILLIS = 180_000;

it(
  'asks by one small request, less and less often, while nothing moves',
  async () => {
    const { page } = await visits.open({ path });
    const requests = await watch(page);
    await pass(page, FIRST_MINUTE);
    expect(requests().length).toBeLessThanOrEqual(3);
    await pass(page, SECONDS);
    const all = requests();
    expect(all.filter((request) => request !== 'POST /v1/changes')).toEqual([]);
    expect(all.length).toBeLessThanOrEqual(6);
  },
  PATIENCE_MILLIS,
);

it(
  'asks no more than three times a minute while everything moves',
  async () => {
    const { page } = await visits.open({ path });
    await page.route('**/v1/changes', async (route) => {
      // Without the mark that it knows everything is new to the page.
      const { since: _, ...body } = route.request().postDataJSON();
      const response = await route.fetch({ postData: JSON.stringify(body) });
      const json = await response.json();
      return route.fulfill({ response, json: { ...json, mark: String(Math.random()) } });
    });
    const requests = await watch(page);
    await pass(page, FIRST_MINUTE);
    const first = requests().length;
    await pass(page, SECONDS);
    expect(requests().length - first).toBeLessThanOrEqual(3 * (SECONDS / 60));
    expect(requests().length - first).toBeGreaterThan(SECONDS / 60);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  },
  PATIENCE_MILLIS,
);

it(
  'asks nothing in a hidden tab, and at once when the tab is seen again',
  async () => {
    const { page } = await visits.open({ path });
    const requests = await watch(page);
    await see(page, 'hidden');
    await pass(page, SECONDS);
    expect(requests()).toEqual([]);
    await see(page, 'visible');
    await expect.poll(requests, { timeout: 20_000 }).toEqual(['POST /v1/changes']);
  },
  PATIENCE_MILLIS,
);

it(
  'asks nothing on a page that shows no webhook',
  async () => {
    const { page } = await visits.open({ path: '/integrations/browse' });
    const requests = await watch(page);
    await pass(page, SECONDS);
    expect(requests()).toEqual([]);
  },
  PATIENCE_MILLIS,
);

/** From now on the clock of the page moves by `pass` alone. Returns the requests to the API since then. */
async function watch(page: Page): Promise<() => readonly string[]> {
  await page.clock.install();
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  return requestsOf(page);
}

/** Those to the API from now on. */
function requestsOf(page: Page): () => readonly string[] {
  const requests: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/v1/')) {
      requests.push(`${request.method()} ${pathname}`);
    }
  });
  return () => requests;
}

/** Second by second, so that each response is there before the next request may be due. */
async function pass(page: Page, seconds: number): Promise<void> {
  let underWay = 0;
  const begin = () => {
    underWay += 1;
  };
  const end = () => {
    underWay -= 1;
  };
  page.on('request', begin);
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  for (let second = 0; second < seconds; second += 1) {
    await page.clock.runFor(1_000);
    if (underWay > 0) {
      await expect.poll(() => underWay, { timeout: 20_000 }).toBeLessThanOrEqual(0);
    }
  }
  page.off('request', begin);
  page.off('requestfinished', end);
  page.off('requestfailed', end);
}

async function see(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(`{
    Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }`);
}
