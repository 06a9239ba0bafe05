/** The documentation's way again, without a mouse. */
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { useVisits } from './visit.ts';

const visits = useVisits();

it('connects a webhook and turns its alerts on by keyboard alone', async () => {
  const { page } = await visits.open();
  const { keyboard } = page;
  await tabTo(page, 'Browse');
  await keyboard.press('Enter');
  await page.getByRole('link', { name: 'Connect Webhook (JSON)' }).waitFor();
  await tabTo(page, 'Connect Webhook (JSON)');
  await keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'URL' }).waitFor();
  await tabTo(page, 'URL');
  await keyboard.type(`${inject('stack').receiverUrl}/ok/keyboard`);
  await tabTo(page, 'Name');
  await keyboard.press('Control+A');
  await keyboard.type('Typed');
  // Of radio buttons the chosen one is a stop: the safe choice is made already.
  await tabTo(page, 'Generate a secret');
  await tabTo(page, 'Save');
  await keyboard.press('Enter');
  await page.getByText('Copy the secret now').waitFor();
  await tabTo(page, 'I have copied it');
  await keyboard.press('Enter');
  await page.getByRole('checkbox', { name: 'Alerts of Typed' }).waitFor();
  await tabTo(page, 'Alerts of Typed');
  await keyboard.press('Space');
  await page.getByText('Nothing is sent. Turn alerts on').waitFor({ state: 'detached' });
  await tabTo(page, 'Severity threshold');
  await keyboard.press('Enter');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Severity threshold of Typed Medium and above' }).waitFor();
});

/** More stops than any page has. */
const MOST_STOPS = 80;

/** From where the focus is, forwards only: what comes before it was passed already. `name` is its beginning. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const [focused = ''] = (await page.locator(':focus').ariaSnapshot()).split('\n');
    if (focused.includes(`"${name}`)) {
      return;
    }
    passed.push(focused);
  }
  expect.fail(`Tab never came to ${name}, but to ${passed.join(' | ')}`);
}
