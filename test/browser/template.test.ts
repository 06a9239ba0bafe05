/** A body of one's own, from the first look at it to the ticket: the template is tried before it is saved. */
import { expect, inject, it } from 'vitest';
import { connectWebhook, publish } from './system.ts';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();

it('shows a mistake at its place, what a recent finding would become, and sends that once it is saved', async () => {
  await connectWebhook('First', '/ok/first', 'low');
  await publish({ title: 'A real one' });
  const visit = await visits.open({ path: '/integrations/browse/template' });
  const { page } = visit;
  const body = page.getByRole('textbox', { name: 'Body' });
  expect(await body.inputValue()).toContain(
    '"summary": "[{{ severity.level | upcase }}] {{ title | truncate: 200 }}",\n',
  );
  await body.fill('{"summary": "{{ titel }}"}');
  await page.getByRole('button', { name: 'Show what would be sent' }).click();
  const mistake = 'At summary: There is no field "titel". Do you mean title?';
  await page.getByText(mistake).first().waitFor();
  expect(await body.getAttribute('aria-invalid')).toBe('true');
  forgiveRefusals(visit);

  await body.fill('{"summary": "{{ title | upcase }}", "score": "{{ severity.score }}"}');
  await page.getByText(mistake).first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Try it on' }).click();
  await page.getByRole('option', { name: 'The latest finding of First' }).click();
  await page.getByRole('button', { name: 'Show what would be sent' }).click();
  await page.getByText('"summary": "A REAL ONE"').waitFor();

  await page.getByRole('textbox', { name: 'URL' }).fill(`${inject('stack').receiverUrl}/ok/template`);
  await page.getByRole('textbox', { name: 'Name' }).fill('Tickets');
  await page.getByRole('radio', { name: 'No secret' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('checkbox', { name: 'Alerts of Tickets' }).waitFor();
  const { pathname } = new URL(page.url());

  await page.goto(`${pathname}/settings`);
  expect(await body.inputValue()).toBe('{"summary": "{{ title | upcase }}", "score": "{{ severity.score }}"}');
  await body.fill('{"summary": }');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The template is not JSON: at line 1, column 13 a value is missing').first().waitFor();
  await body.fill('{"title": "{{ title }}"}');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings are saved.').waitFor();
});

it('is tried by keyboard alone', async () => {
  const { page } = await visits.open({ path: '/integrations/browse/template' });
  await page.getByRole('textbox', { name: 'Body' }).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{"a": "{{ severity.level }}"}');
  // Of the list the focus is on what is chosen: the latest finding, or the sample.
  for (const stop of [/^Placeholders and filters$/, /finding|sample/, /^Show what would be sent$/]) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.ariaLabel || document.activeElement.innerText')).toMatch(stop);
  }
  await page.keyboard.press('Enter');
  await page.getByText('Nothing was sent.').waitFor();
});
