/** What axe does not check: focus that stays, changes that are announced, rows that stack. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { LOST_TITLE, prepareScreens } from './screens.ts';
import { callApi, connectWebhook, pauseWebhook, publish } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

/** A page that is loaded again takes its time on a busy machine. */
const PATIENCE = { timeout: 40_000 };

let webhookPath: string;

beforeAll(async () => {
  webhookPath = await prepareScreens();
});

it('leads past the bar and the navigation with the first stop of the keyboard', async () => {
  const { page } = await visits.open();
  // A page begins at its heading: who goes back to its beginning comes to this first.
  await page.locator('a[href], button, input').first().focus();
  expect(await focused(page)).toBe('Skip to the page');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Browse');
});

it('has a heading for each integration', async () => {
  const { page } = await visits.open();
  await page.getByRole('heading', { level: 2, name: 'Gone' }).waitFor();
});

it('keeps the focus where the reader was after a change, and says what changed', async () => {
  const webhookId = await connectWebhook('Of focus', '/ok/focus', 'info');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const alerts = page.getByRole('checkbox', { name: 'Alerts of Of focus' });
  await alerts.focus();
  await page.keyboard.press('Space');
  await page.getByText('Nothing is sent. Turn alerts on').waitFor();
  await expect.poll(() => focused(page), PATIENCE).toBe('Alerts of Of focus');

  const pause = page.getByRole('button', { name: 'Pause', exact: true });
  await pause.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
  await expect.poll(() => focused(page), PATIENCE).toBe('Resume');
  await expect.poll(() => announced(page), PATIENCE).toContain('Paused');

  const test = page.getByRole('button', { name: 'Send test' });
  await test.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByText('Accepted').first().waitFor();
  await expect.poll(() => announced(page), PATIENCE).toContain('1 of 1 accepted');
  await expect.poll(() => focused(page), PATIENCE).toBe('Send again');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => focused(page), PATIENCE).toBe('Send test');
});

it('keeps the focus and says what came of it in the dialogs of a signing key', async () => {
  const webhookId = await connectWebhook('Of keys', '/ok/keys');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const inDialog = () => page.evaluate<boolean>(`document.activeElement.closest('[role="dialog"]') !== null`);
  for (const [item, button, outcome] of [
    ['Add a signing key', 'Add', 'Requests are signed by the key from now on.'],
    ['Rotate the signing key', 'Rotate', 'The signing key is rotated.'],
    ['Remove the signing key', 'Remove', 'The signing key is removed: requests are signed by the secret alone.'],
  ] as const) {
    await page.getByRole('button', { name: 'Actions' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: item }).click();
    await expect.poll(inDialog, PATIENCE).toBe(true);
    await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => announced(page), PATIENCE).toContain(outcome);
    await expect.poll(() => focused(page), PATIENCE).toBe('Actions');
  }
});

it('keeps the focus and says what came of it where a payload version or a template is tried', async () => {
  const webhookId = await connectWebhook('Of an old version', '/ok/old-version');
  await callApi('PATCH', `/v1/webhooks/${webhookId}`, { payloadVersion: 1 });
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}/settings` });
  await page.getByRole('button', { name: 'Compare the versions' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => announced(page), PATIENCE).toContain('One finding is shown in both versions.');
  expect(await focused(page)).toBe('Compare the versions');

  await page.goto('/integrations/browse/template');
  await page.getByRole('button', { name: 'Show what would be sent' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => announced(page), PATIENCE).toContain('Nothing was sent.');
  expect(await focused(page)).toBe('Show what would be sent');
});

it('lets choose where notices go while a webhook is connected, by the keyboard', async () => {
  await connectWebhook('The chat of the on-call', '/ok/on-call');
  const { page } = await visits.open({ path: '/integrations/browse/json' });
  await page.getByRole('textbox', { name: 'URL' }).fill('https://siem.example.com/thalian');
  await page.getByRole('radio', { name: 'No secret' }).check();
  const notices = page.getByRole('button', { name: /^Notices/ });
  await notices.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('The chat of');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Notices.*The chat of the on-call/ }).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('To The chat of the on-call').waitFor();
  await expect.poll(() => announced(page), PATIENCE).toContain('is connected.');
});

it('says how much of the log the filters leave', async () => {
  const { page } = await visits.open({ path: webhookPath });
  await page.getByRole('row', { name: new RegExp(LOST_TITLE) }).waitFor({ timeout: 30_000 });
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing is called so');
  await expect.poll(() => announced(page), PATIENCE).toContain('No deliveries on this page');
  await page.getByRole('button', { name: 'Clear the filters' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => announced(page), PATIENCE).toContain('One delivery on this page');
  // The button went with the filters.
  await expect.poll(() => focused(page), PATIENCE).toBe('Search');
});

it.each([768, 320])(
  'stacks the log at %i pixels, with its actions in view and nothing beyond the edge',
  async (width) => {
    const webhookId = await connectWebhook(`At ${width}`, '/gone', 'info');
    await publish({ title: `Seen at ${width}, with a title of ${'many '.repeat(60)}words` });
    const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}`, width });
    const row = page.getByRole('row', { name: new RegExp(`Seen at ${width}`) });
    await row.waitFor({ timeout: 30_000 });
    const box = await row.getByRole('button', { name: /^Retry/ }).boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= width).toBe(true);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    // A title of three lines, whatever its length.
    const title = await row.locator('.clamped').boundingBox();
    expect(title?.height).toBeLessThanOrEqual(3 * 24);
    // Its own page has the title whole, and once more in the way back up.
    await row.getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: `Seen at ${width}` }).waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  },
);

it('tells a viewer that nothing can be saved before anything is typed', async () => {
  const { page } = await visits.open({ as: 'viewer', path: '/integrations/browse/json' });
  await page.getByText('You can look, but not save').waitFor();
  await page.goto(`${webhookPath}/settings`);
  await page.getByText('You can look, but not save').waitFor();
});

it('finds integrations by name and state, and leads from the summary to those that fail', async () => {
  await pauseWebhook(await connectWebhook('One that is at rest', '/ok/paused'));
  const paused = ['One that is at rest'];
  const { page } = await visits.open();
  const names = async () =>
    (await page.getByRole('main').getByRole('heading', { level: 2 }).allInnerTexts()).toSorted();
  await page.getByRole('button', { name: /^\d+ paused$/ }).click();
  await expect.poll(names, PATIENCE).not.toContain('Gone');
  expect(await names()).toContain(paused[0]);
  expect(new URL(page.url()).search).toBe('?state=paused');
  await page.reload();
  await expect.poll(names, PATIENCE).toContain(paused[0]);
  expect(await names()).not.toContain('Gone');
  await page.getByRole('button', { name: /^All \d+$/ }).click();
  await page.getByRole('searchbox', { name: 'Find an integration' }).fill('at rest');
  await expect.poll(names, PATIENCE).toEqual(paused);
  await page.getByRole('searchbox', { name: 'Find an integration' }).fill('no such');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(async () => (await names()).length, PATIENCE).toBeGreaterThan(1);
  await page.getByRole('button', { name: /^\d+ disabled$/ }).click();
  await expect.poll(names, PATIENCE).toContain('Gone');
  expect(await names()).not.toContain(paused[0]);
});

/** Of what has the focus: its name, or its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const { activeElement: element } = document;
    const labelled = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.innerText ?? '').join(' ').trim();
    const label = element.labels?.[0]?.innerText ?? '';
    if (element === document.body) {
      return 'nothing';
    }
    return element.getAttribute('aria-label') ?? (labelled || label || element.innerText).trim();
  })()`);
}

/** All that a screen reader says by itself. */
function announced(page: Page): Promise<string> {
  return page.evaluate(
    `[...document.querySelectorAll('[aria-live], [role="status"], [role="alert"]')].map((region) => region.textContent).join(' | ')`,
  );
}
