/** Two people change one webhook: neither loses what they typed, and the later one decides with both before their eyes. */
import { expect, it } from 'vitest';
import { callApi, connectWebhook } from './system.ts';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();

it('shows theirs beside yours, and saves what the reader decides without typing it again', async () => {
  const webhookId = await connectWebhook('In conflict', '/ok/conflict');
  const path = `/integrations/webhooks/${webhookId}`;
  const [first, second] = [
    await visits.open({ path: `${path}/settings` }),
    await visits.open({ path: `${path}/settings` }),
  ];
  await second.page.getByRole('textbox', { name: 'Pace' }).fill('7');
  await second.page.getByRole('textbox', { name: 'Name' }).fill('Named by the second');

  await first.page.getByRole('textbox', { name: 'Name' }).fill('Named by the first');
  await first.page.getByRole('button', { name: 'Save' }).click();
  await first.page.getByRole('heading', { name: 'Named by the first', level: 1 }).waitFor();

  await second.page.getByRole('button', { name: 'Save' }).click();
  const dialog = second.page.getByRole('dialog', { name: 'It was changed while you were typing' });
  await dialog.getByRole('radio', { name: 'Yours: Named by the second' }).waitFor();
  await dialog.getByRole('radio', { name: 'Theirs: Named by the first' }).check();
  expect(await dialog.getByRole('radio', { name: 'Yours: 7 a minute' }).isChecked()).toBe(true);
  await dialog.getByRole('button', { name: 'Save what I have chosen' }).click();

  await second.page.getByRole('heading', { name: 'Named by the first', level: 1 }).waitFor();
  await second.page.getByText('At most 7 a minute').waitFor();
  forgiveRefusals(second);
});

it.each([
  ['has learnt of it', true],
  ['has not', false],
])(
  'keeps the lists that were typed beside those that another person has saved, if the page %s',
  async (_how, hasLearnt) => {
    const webhookId = await connectWebhook('Lists in conflict', '/ok/lists');
    const visit = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
    const { page } = visit;
    await page.getByRole('button', { name: 'Only some findings' }).click();
    await page.getByRole('textbox', { name: 'Platforms' }).fill('okta');
    await page.getByRole('textbox', { name: 'Categories' }).fill('Shadow IT');

    if (!hasLearnt) {
      await page.route('**/v1/changes', (route) => route.abort());
    }
    await callApi('PUT', `/v1/webhooks/${webhookId}/alerts`, { enabled: true, minSeverity: 'low', platforms: ['aws'] });
    if (hasLearnt) {
      await page.getByText('Now: platforms aws.').waitFor();
    }
    // Before the click: what the page reads because of the conflict must not be aborted.
    await page.unroute('**/v1/changes');
    await page.getByRole('button', { name: 'Save the lists' }).click();

    const dialog = page.getByRole('dialog', { name: 'It was changed while you were typing' });
    await dialog.getByRole('radio', { name: 'Yours: okta' }).waitFor();
    await dialog.getByRole('radio', { name: 'Theirs: aws' }).check();
    await dialog.getByRole('button', { name: 'Save what I have chosen' }).click();
    await page.getByText('Now: platforms aws; categories Shadow IT.').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Alerts of Lists in conflict' }).isChecked()).toBe(true);
    forgiveRefusals(visit);
  },
);
