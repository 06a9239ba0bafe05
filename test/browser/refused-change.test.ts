/** A change that the API refuses, though no other person was faster: what the reader then sees, and where the keyboard is. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { connectWebhook } from './system.ts';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();

it.each([
  ['on the card', () => '/integrations', 'Refused on the card'],
  ['on its page', (id: string) => `/integrations/webhooks/${id}`, 'Refused on its page'],
] as const)(
  'brings the stored rule back %s, keeps the focus, and says in view what was not changed and what helps',
  async (_where, pathOf, name) => {
    const id = await connectWebhook(name, '/ok/refused');
    const visit = await visits.open({ path: pathOf(id), width: 320 });
    const { page } = visit;
    // So low that what is changed is far from the top of the page.
    await page.setViewportSize({ width: 320, height: 480 });
    await page.route('**/alerts', (route) => route.fulfill({ status: 503, contentType: 'text/html', body: 'Busy' }));

    const toggle = page.getByRole('checkbox', { name: `Alerts of ${name}` });
    await toggle.focus();
    const wasOn = await toggle.isChecked();
    await page.keyboard.press('Space');
    const words = wasOn ? 'off' : 'on';
    const notice = page.getByText(
      `Alerts of ${name} were not turned ${words}. The service cannot respond at the moment (503). Try again in a moment.`,
    );
    await notice.waitFor();
    expect(await toggle.isChecked()).toBe(wasOn);
    expect(await toggle.and(page.locator(':focus')).count()).toBe(1);
    expect(await isInView(page, notice)).toBe(true);

    const threshold = page.getByRole('button', { name: `Severity threshold of ${name}` });
    const before = await threshold.innerText();
    await threshold.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Critical only' }).click();
    await page.getByText(`The severity threshold of ${name} was not changed.`).waitFor();
    // The later one takes the place of the earlier one.
    expect(await notice.count()).toBe(0);
    expect(await threshold.innerText()).toBe(before);
    expect(await threshold.and(page.locator(':focus')).count()).toBe(1);

    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => page.getByText('was not changed.').count()).toBe(0);
    expect(await page.evaluate('document.activeElement !== document.body')).toBe(true);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    forgiveRefusals(visit);
  },
);

/** Also below the bar, which stays in front. */
async function isInView(page: Page, notice: ReturnType<Page['getByText']>): Promise<boolean> {
  const [box, bar] = await Promise.all([notice.boundingBox(), page.getByRole('banner').boundingBox()]);
  const height = page.viewportSize()?.height ?? 0;
  return box !== null && bar !== null && box.y >= bar.y + bar.height && box.y + box.height <= height;
}
