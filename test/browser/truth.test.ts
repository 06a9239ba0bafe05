/** What a page shows is never older than what its reader has done, and all of it is of one moment. */
import type { Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { callApi, connectWebhook, publish } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

const RETRIES_MILLIS = 60_000;

it('never shows a response that is older than the change of its reader', async () => {
  const webhookId = await connectWebhook('Changed while it is read', '/ok/changed-while-read');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const toggle = page.getByRole('checkbox', { name: 'Alerts of Changed while it is read' });
  await toggle.waitFor();

  const late = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  await holdReads(page, webhookId, held.resolve, late.promise);
  await held.promise;
  await Promise.all([page.waitForResponse((response) => response.url().endsWith('/alerts')), toggle.click()]);
  await page.getByText('Nothing is sent. Turn alerts on').waitFor({ state: 'detached' });
  await noteTexts(page, 'Nothing is sent. Turn alerts on');
  const afterwards = page.waitForResponse(isRead(webhookId));
  late.resolve();
  await afterwards;
  await page.getByRole('button', { name: /^Severity threshold/ }).click();
  await page.getByRole('option', { name: 'Critical only' }).click();
  await page.getByRole('button', { name: 'Severity threshold of Changed while it is read Critical only' }).waitFor();
  expect(await notedTexts(page)).toEqual([]);
  expect(await page.getByText('has changed').count()).toBe(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

it('shows a retry in all parts of the page at once, and its outcome in the notice', async () => {
  const webhookId = await connectWebhook('Recovering', '/fail/recovering?times=4&status=503', 'high');
  await publish({ title: 'Retried by hand' });
  const one = `/v1/webhooks/${webhookId}`;
  await expect.poll(async () => isFailing(await callApi('GET', one)), { timeout: RETRIES_MILLIS }).toBe(true);
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('row', { name: /Retried by hand.*Failed/ }).waitFor();
  await page.getByText('Failing', { exact: true }).first().waitFor();

  // The service itself notes the delivery a moment before the health: a page that asks in between is not what this is about.
  await page.route('**/v1/changes', async (route) => {
    await expect.poll(async () => isSettled(one), { timeout: RETRIES_MILLIS }).toBe(true);
    await route.continue();
  });
  await noteContradictions(page);
  await page.getByRole('button', { name: 'Retry: Retried by hand' }).click();
  await page.getByText('“Retried by hand” is on its way again.').waitFor();
  await page.getByRole('row', { name: /Retried by hand.*Delivered/ }).waitFor();
  await page.getByText('Healthy', { exact: true }).waitFor();
  expect(await notedTexts(page)).toEqual([]);

  const outcome = page.getByText('“Retried by hand” is delivered.');
  await outcome.waitFor();
  expect(await page.getByText('“Retried by hand” is on its way again.').count()).toBe(0);
  await outcome.waitFor({ state: 'detached' });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

it('counts what was attempted last as the last delivery', async () => {
  const webhookId = await connectWebhook('Late', '/ok/late', 'info');
  await publish({ title: 'Detected now' });
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('row', { name: /Detected now.*Delivered/ }).waitFor();
  await publish({ title: 'Detected long ago', detectedAt: new Date(Date.now() - 86_400_000).toISOString() });
  await page.getByRole('row', { name: /Detected long ago.*Delivered/ }).waitFor({ timeout: 60_000 });
  await page.getByText('Last delivery').waitFor();
  const last = page.getByRole('link', { name: /^delivered/ });
  await last.click();
  await page.getByRole('heading', { name: 'Detected long ago', level: 1 }).waitFor();
});

function isRead(webhookId: string) {
  return (response: { url(): string; request(): { method(): string } }) =>
    response.url().endsWith('/v1/changes') ||
    (response.request().method() === 'GET' && response.url().endsWith(`/v1/webhooks/${webhookId}`));
}

/** Each read of the webhook is made at once, and its response comes when `until` says so. */
async function holdReads(page: Page, webhookId: string, onHeld: () => void, until: Promise<void>): Promise<void> {
  await page.route('**/v1/**', async (route: Route) => {
    const request = route.request();
    if (!isRead(webhookId)({ url: () => request.url(), request: () => request })) {
      return route.continue();
    }
    const response = await route.fetch();
    onHeld();
    await until;
    // The page may have given it up.
    return route.fulfill({ response }).catch(() => undefined);
  });
}

/** From now on, whenever the page shows the text. */
function noteTexts(page: Page, text: string): Promise<void> {
  return note(page, `document.body.innerText.includes(${JSON.stringify(text)})`);
}

/** From now on, whenever a row says that it is delivered while the page says that the webhook is failing. */
function noteContradictions(page: Page): Promise<void> {
  return note(
    page,
    `document.body.innerText.includes('does not accept findings') &&
      [...document.querySelectorAll('tr')].some((row) => row.innerText.includes('Delivered'))`,
  );
}

async function note(page: Page, condition: string): Promise<void> {
  await page.evaluate(`{
    window.noted = [];
    const look = () => ${condition} && window.noted.push(document.body.innerText);
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  }`);
}

function notedTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>('window.noted');
}

function isFailing(webhook: unknown): boolean {
  const { health } = webhook as { health: { failingSince?: string; failed: { count: number } } };
  return health.failingSince !== undefined && health.failed.count > 0;
}

async function isSettled(one: string): Promise<boolean> {
  const { health } = (await callApi('GET', one)) as {
    health: { failingSince?: string; lastDelivery: { status: string } };
  };
  return (health.lastDelivery.status === 'delivered') === (health.failingSince === undefined);
}
