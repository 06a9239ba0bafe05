/** What a person sees who pastes the address of a page in the place of a webhook's. */
import { expect, it } from 'vitest';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();

it('shows what to paste instead of a page of the vendor', async () => {
  const visit = await visits.open({ path: '/integrations/browse/discord' });
  const { page } = visit;
  await page.getByRole('textbox', { name: 'Webhook URL' }).fill('https://discord.com/channels/1/2');
  await page.getByRole('button', { name: 'Save' }).click();
  const refusal = page.getByText('This is a page of Discord, such as that of a channel. Paste the URL of a webhook');
  await refusal.first().waitFor();
  expect(await page.getByRole('textbox', { name: 'Webhook URL' }).inputValue()).toBe(
    'https://discord.com/channels/1/2',
  );
  forgiveRefusals(visit);
});
