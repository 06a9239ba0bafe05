/** Nothing that was typed, or that is shown once, is lost by a key or a click; and what could not be loaded is loaded again. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { connectWebhook } from './system.ts';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();

const QUESTION = 'Leave without keeping it?';

it('does not close a secret by Escape: begins on Copy, and asks', async () => {
  const { page } = await visits.open({ path: `/integrations/webhooks/${await connectWebhook('Escaped', '/ok/esc')}` });
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Rotate the secret' }).click();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByText('Copy the secret now').waitFor();
  await page.getByRole('button', { name: 'Copy the secret' }).and(page.locator(':focus')).waitFor();
  const secret = page.locator('code', { hasText: /^whsec_/ });

  await page.keyboard.press('Escape');
  const question = page.getByRole('dialog', { name: QUESTION });
  await question.waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  expect(await secret.isVisible()).toBe(true);

  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Leave' }).click();
  await secret.waitFor({ state: 'detached' });
});

it('asks before a link, Back or the closing of the tab takes a form away that was not saved', async () => {
  const { page } = await visits.open();
  await page.getByRole('link', { name: 'Browse' }).first().click();
  await page.getByRole('link', { name: 'Connect Webhook (JSON)' }).click();
  const url = page.getByRole('textbox', { name: 'URL' });
  await url.fill('https://siem.example.com/typed');

  await page.getByRole('link', { name: 'Integrations' }).first().click();
  await answer(page, 'Stay');
  await page.goBack();
  await answer(page, 'Stay');
  expect(await url.inputValue()).toBe('https://siem.example.com/typed');
  expect(new URL(page.url()).pathname).toBe('/integrations/browse/json');

  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  expect(await url.inputValue()).toBe('https://siem.example.com/typed');

  await page.goBack();
  await answer(page, 'Leave');
  await page.getByRole('searchbox', { name: 'Find a destination' }).waitFor();
});

it('asks nothing once the form is saved, or before anything is typed', async () => {
  const webhookId = await connectWebhook('Saved', '/ok/saved');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}/settings` });
  await page.getByRole('link', { name: 'Saved' }).click();
  await page.getByRole('button', { name: 'Actions' }).waitFor();
  await page.goBack();
  await page.getByRole('textbox', { name: 'Name' }).fill('Saved by name');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Saved by name', level: 1 }).waitFor();
  expect(await page.getByText(QUESTION).count()).toBe(0);
});

it('fetches a part of the console again that could not be loaded, by itself and then on demand', async () => {
  const visit = await visits.open();
  const { page } = visit;
  let left = 1;
  await page.route(/browse-page.*\.js/, (route) => {
    left -= 1;
    return left >= 0 ? route.abort() : route.continue();
  });
  await page.getByRole('link', { name: 'Browse' }).first().click();
  await page.getByRole('link', { name: 'Connect Slack' }).waitFor();

  left = 3;
  await page.route(/connect-page.*\.js/, (route) => {
    left -= 1;
    return left >= 0 ? route.abort() : route.continue();
  });
  await page.getByRole('link', { name: 'Connect Slack' }).click();
  await page.getByText('This could not be shown').waitFor();
  await page.getByRole('link', { name: 'Integrations' }).first().click();
  await page.getByText('Webhooks that your findings are sent to.').waitFor();
  await page.goBack();
  await page.getByText('This could not be shown').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('textbox', { name: 'Webhook URL' }).waitFor();
  forgiveFailedChunks(visit.complaints);
  forgiveRefusals(visit);
});

async function answer(page: Page, button: 'Stay' | 'Leave'): Promise<void> {
  const question = page.getByRole('dialog', { name: QUESTION });
  await question.getByRole('button', { name: button }).click();
  await question.waitFor({ state: 'detached' });
}

/** The browser's console has them, as a developer needs them. */
function forgiveFailedChunks(complaints: string[]): void {
  const others = complaints.filter(
    (complaint) => !/dynamically imported module|Failed to load resource/.test(complaint),
  );
  complaints.splice(0, complaints.length, ...others);
}
