/** The pace of an integration: set, shown beside the limit of a destination, and what waits for it. */
import { expect, inject, it } from 'vitest';
import { publish } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

it('says what limit a destination has, and refuses a faster pace beside the field', async () => {
  const { page } = await visits.open({ path: '/integrations/browse/slack' });
  await page.getByText('Slack takes only so many: we keep to one finding a second.').waitFor();
  const pace = page.getByRole('textbox', { name: 'Pace' });
  await pace.fill('61');
  await page.getByRole('textbox', { name: 'URL' }).fill('https://hooks.slack.com/services/T0/B0/x');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Slack takes 60 a minute at most. Choose 60 or less.').waitFor();
  await pace.and(page.locator(':focus')).waitFor();
});

it('is set, shows what waits for it, and is taken back', async () => {
  const { page } = await visits.open({ path: '/integrations/browse/json' });
  await page.getByRole('textbox', { name: 'URL' }).fill(new URL('/ok/paced', inject('stack').receiverUrl).href);
  await page.getByRole('textbox', { name: 'Pace' }).fill('1');
  await page.getByRole('textbox', { name: 'Name' }).fill('One a minute');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByText('At most 1 a minute').waitFor();
  await page.getByRole('checkbox', { name: 'Alerts of One a minute' }).click();
  await page.getByText('Nothing is sent. Turn alerts on').waitFor({ state: 'detached' });

  await Promise.all(
    [1, 2, 3, 4, 5, 6].map((number) =>
      publish({ title: `Paced ${number}`, severity: { level: 'critical', score: 95 } }),
    ),
  );
  await page
    .getByRole('row', { name: /Waiting.*ahead, expected in \d+ minutes/ })
    .first()
    .waitFor();
  await page.getByText('Waiting for their turn').waitFor();
  await page.getByText('To drop what waits, pause the integration or raise the severity threshold.').waitFor();
  await page
    .getByRole('row', { name: /Waiting/ })
    .first()
    .getByRole('link')
    .click();
  await page.getByText('Waiting since').waitFor();
  await page.getByText(/ahead, expected in \d+ minutes/).waitFor();

  await page.getByRole('link', { name: 'Integrations' }).first().click();
  const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'One a minute' }) });
  await card.getByText(/\d waiting for their turn, the last in \d+ minutes/).waitFor();
  expect(await card.getByText('Healthy').or(card.getByText('Failing')).count()).toBe(1);

  await card.getByRole('link', { name: 'One a minute', exact: true }).click();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Change settings' }).click();
  const pace = page.getByRole('textbox', { name: 'Pace' });
  expect(await pace.inputValue()).toBe('1');
  await pace.fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('As fast as possible').waitFor();
});
