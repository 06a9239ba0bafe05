/**
 * The product documentation's way without a mouse, step by step: connect a webhook, turn its alerts on, see on its card what
 * failed. At each step it is asserted where the focus is.
 */
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { publish } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

const TITLE = 'Not accepted by anything';

/** Four attempts, with the waits between them. */
const RETRIES_MILLIS = 60_000;

it('leads by keyboard alone from Integrations to what failed, the focus always where the reader goes on', async () => {
  const { page } = await visits.open();
  const { keyboard } = page;
  await expectFocus(page, 'Integrations');

  // Go to Integrations, Browse
  await tabTo(page, 'Browse');
  await keyboard.press('Enter');
  await expectFocus(page, 'Browse');

  // Find Webhook and click Connect
  await tabTo(page, 'Find a destination');
  await keyboard.type('webhook');
  await tabTo(page, 'Connect Webhook (JSON)');
  await keyboard.press('Enter');
  await expectFocus(page, 'Connect Webhook (JSON)');

  // Enter the destination URL
  await tabTo(page, 'URL');
  await keyboard.type(`${inject('stack').receiverUrl}/fail/keyboard?status=503`);
  await tabTo(page, 'Name');
  await keyboard.press('Control+A');
  await keyboard.type('Typed');

  // Optionally add a secret. Of radio buttons the chosen one is a stop: the safe choice is made already.
  await tabTo(page, 'Generate a secret');

  // Click Save
  await tabTo(page, 'Save');
  await keyboard.press('Enter');
  await expectFocus(page, 'Copy the secret');
  await tabTo(page, 'I have copied it');
  await keyboard.press('Enter');
  await expectFocus(page, 'Typed');

  // Open the card in Integrations: the way back is above the heading.
  await tabBackTo(page, 'Integrations');
  await keyboard.press('Enter');
  await expectFocus(page, 'Integrations');
  await tabTo(page, 'Typed');
  await keyboard.press('Enter');
  await expectFocus(page, 'Typed');

  // Toggle Alerts on
  await tabTo(page, 'Alerts of Typed');
  await keyboard.press('Space');
  await page.getByText('Nothing is sent. Turn alerts on').waitFor({ state: 'detached' });
  await expectFocus(page, 'Alerts of Typed');

  // Set the severity threshold
  await tabTo(page, 'Severity threshold');
  await keyboard.press('Enter');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Severity threshold of Typed Medium and above' }).waitFor();
  await expectFocus(page, 'Severity threshold');

  // After all retries the delivery is marked as failed and visible on the integration card
  await publish({ title: TITLE, severity: { level: 'medium', score: 50 } });
  await tabBackTo(page, 'Integrations');
  await keyboard.press('Enter');
  await expectFocus(page, 'Integrations');
  const why = page.getByRole('link', { name: `See why: ${TITLE}` });
  await why.waitFor({ timeout: RETRIES_MILLIS });
  await expectFocus(page, 'Integrations');
  await tabTo(page, `See why: ${TITLE}`);
  await keyboard.press('Enter');
  await expectFocus(page, TITLE);
  await page.getByText('The receiver answered 503').first().waitFor();

  // A retry takes its button away, and comes to the same end.
  await tabTo(page, 'Retry');
  await keyboard.press('Enter');
  await page.getByRole('row', { name: /^5 / }).waitFor();
  await expectFocus(page, TITLE);

  // The same in the log, and the row stays where the reader is.
  await page.getByRole('button', { name: `Retry: ${TITLE}` }).waitFor({ timeout: RETRIES_MILLIS });
  await tabBackTo(page, 'Typed');
  await keyboard.press('Enter');
  await expectFocus(page, 'Typed');
  await tabTo(page, `Retry: ${TITLE}`);
  await keyboard.press('Enter');
  await expectFocus(page, TITLE);
}, 180_000);

/** More stops than any page has. */
const MOST_STOPS = 80;

/** From where the focus is, forwards only: what comes before it was passed already. `name` is its beginning. */
function tabTo(page: Page, name: string): Promise<void> {
  return pressUntil(page, 'Tab', name);
}

function tabBackTo(page: Page, name: string): Promise<void> {
  return pressUntil(page, 'Shift+Tab', name);
}

async function pressUntil(page: Page, key: string, name: string): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press(key);
    const focused = await focus(page);
    if (focused.includes(`"${name}`)) {
      return;
    }
    passed.push(focused);
  }
  expect.fail(`${key} never came to ${name}, but to ${passed.join(' | ')}`);
}

/** On a page's heading, or on a control of the page. */
async function expectFocus(page: Page, name: string): Promise<void> {
  await expect.poll(() => focus(page), { timeout: 20_000 }).toContain(`"${name}`);
}

/** Of what has the focus, or of the heading in it, role and name; empty if nothing has. */
async function focus(page: Page): Promise<string> {
  const focused = page.locator(':focus');
  return (await focused.count()) === 0 ? '' : ((await focused.ariaSnapshot()).split('\n')[0] ?? '');
}
