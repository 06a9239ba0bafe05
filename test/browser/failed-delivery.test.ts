/** What failed after its retries: on the card, explained, retried one by one and many at once. */
import { expect, it } from 'vitest';
import { connectWebhook, publish } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

/** Three retries take about ten seconds here, and a busy machine takes its time. */
const RETRIES_MILLIS = 60_000;

it('shows a failed delivery on the card, says why, retries it, and sees it delivered', async () => {
  const webhookId = await connectWebhook('Flaky', '/fail/flaky?times=4&status=503', 'high');
  await publish({ title: 'No receiver took this' });
  const { page } = await visits.open();

  const seeWhy = page.getByRole('link', { name: 'See why: No receiver took this' });
  await seeWhy.waitFor({ timeout: RETRIES_MILLIS });
  const firstCard = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('checkbox') })
    .first();
  // The webhook is known to fail a moment after its delivery is.
  await expect.poll(() => firstCard.innerText(), { timeout: RETRIES_MILLIS }).toMatch(/^Flaky\n[\s\S]*Failing/);

  await seeWhy.click();
  await page.getByText('The receiver answered 503, so it has a problem of its own').first().waitFor();
  await expect.poll(() => page.getByRole('row', { name: /HTTP 503/ }).count()).toBe(4);
  const shown = await page.locator('body').innerText();
  expect(shown).toContain('webhook-id: dlv_');
  expect(shown).toMatch(/x-thalian-signature: t=\d+,v1=\*\*\*/);

  await page.goto('/integrations');
  await page.getByRole('button', { name: 'Retry: No receiver took this' }).click();
  await page.getByText('“No receiver took this” is on its way again.').waitFor();
  await seeWhy.waitFor({ state: 'detached' });
  await page.goto(`/integrations/webhooks/${webhookId}`);
  await page.getByRole('row', { name: /No receiver took this.*Delivered/ }).waitFor();
  await page.getByText('Healthy', { exact: true }).waitFor();
});

it('retries many by when they failed, and says how many', async () => {
  const webhookId = await connectWebhook('Down for a while', '/fail/down?times=4', 'high');
  await publish({ title: 'First of the outage' });
  await publish({ title: 'Second of the outage' });
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });

  await page.getByText('2 failed').waitFor({ timeout: RETRIES_MILLIS });
  await page.getByRole('button', { name: 'Show the failed deliveries' }).click();
  await page.getByText('The latest failure first.').waitFor();
  await expect.poll(() => page.getByRole('row', { name: /of the outage.*Failed/ }).count()).toBe(2);

  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Retry many deliveries' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 deliveries match.').first().waitFor();
  await dialog.getByRole('button', { name: 'Retry 2 deliveries' }).waitFor();
  await dialog.getByRole('radio', { name: 'Held' }).click();
  await dialog.getByText('No delivery matches.').first().waitFor();
  expect(await dialog.getByRole('button', { name: 'Retry', exact: true }).isEnabled()).toBe(false);
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });

  // Only what the filters of the log show.
  await page.getByRole('searchbox', { name: 'Search' }).fill('second outage');
  await expect.poll(() => page.getByRole('row', { name: /of the outage.*Failed/ }).count()).toBe(1);
  await page.getByRole('button', { name: 'Retry these deliveries' }).click();
  await dialog.getByText('As in the log, only: search “second outage”.').waitFor();
  await dialog.getByRole('button', { name: 'Retry one delivery' }).click();
  await dialog.getByText('One delivery is on its way again.').first().waitFor();
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByRole('row', { name: /Second of the outage.*Delivered/ }).waitFor();
  await page.getByRole('row', { name: /First of the outage.*Failed/ }).waitFor();
});
