/** The product documentation's way, word for word: connect a webhook, turn its alerts on, see a finding delivered. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { judgeSignatures } from '../../local/receiver/check-signatures.ts';
import { type RecordingReceiver, startRecordingReceiver } from '../fakes/recording-receiver.ts';
import { connectWebhook, publish } from './system.ts';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();
let receiver: RecordingReceiver;

beforeAll(async () => {
  const { receiverCert, receiverKey } = inject('stack');
  receiver = await startRecordingReceiver(receiverCert, receiverKey);
});
afterAll(() => receiver.stop());

it('leads from Integrations to a finding that is delivered and signed', async () => {
  const { page } = await visits.open();

  // Integrations → Browse → Webhook → Connect → destination URL → optional secret → Save
  await page.getByRole('link', { name: 'Browse' }).first().click();
  await page.getByRole('searchbox', { name: 'Find a destination' }).fill('webhook');
  await page.getByRole('link', { name: 'Connect Webhook (JSON)' }).click();
  await page.getByRole('textbox', { name: 'URL' }).fill(`${receiver.url}/documented`);
  await page.getByRole('textbox', { name: 'Name' }).fill('Documented');
  await page.getByRole('radio', { name: 'Generate a secret' }).check();
  await page.getByRole('button', { name: 'Save' }).click();

  const secret = (await page.locator('code', { hasText: /^whsec_/ }).textContent()) ?? '';
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(await page.getByRole('tab').allTextContents()).toEqual([
    'Node.js',
    'Python',
    'Go',
    'Java',
    'C#',
    'PHP',
    'Ruby',
    'Shell',
  ]);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByText('Requests are signed').waitFor();
  expect(await page.content()).not.toContain(secret);

  // Open the card, toggle Alerts on, set the severity threshold
  await page.getByRole('link', { name: 'Integrations' }).first().click();
  await page.getByRole('link', { name: 'Documented', exact: true }).click();
  await page.getByText('Nothing is sent. Turn alerts on').waitFor();
  await page.getByRole('checkbox', { name: 'Alerts of Documented' }).click();
  await page.getByText('Nothing is sent. Turn alerts on').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Severity threshold/ }).click();
  await page.getByRole('option', { name: 'Critical only' }).click();
  await page.getByRole('button', { name: 'Severity threshold of Documented Critical only' }).waitFor();

  await publish({ title: 'Below the threshold', severity: { level: 'high', score: 80 } });
  await publish({ title: 'At the threshold', severity: { level: 'critical', score: 95 } });
  await page.getByRole('row', { name: /At the threshold.*Delivered/ }).waitFor();

  expect(receiver.requests.map(({ body }) => JSON.parse(body).data.title)).toEqual(['At the threshold']);
  const [{ body, headers } = { body: '', headers: {} }] = receiver.requests;
  expect(judgeSignatures(body, headers, secret, Date.now())).toBe('verified');
});

it('sends nothing once alerts are off again', async () => {
  const { page } = await visits.open();
  await page.getByRole('link', { name: 'Documented', exact: true }).click();
  const alerts = page.getByRole('checkbox', { name: 'Alerts of Documented' });
  await Promise.all([page.waitForResponse((response) => response.url().endsWith('/alerts')), alerts.click()]);
  await page.reload();
  await page.getByText('Nothing is sent. Turn alerts on').waitFor();
  expect(await alerts.isChecked()).toBe(false);

  const witnessId = await connectWebhook('Witness', '/ok/witness', 'critical');
  await publish({ title: 'With alerts off', severity: { level: 'critical', score: 95 } });
  await page.goto(`/integrations/webhooks/${witnessId}`);
  await page.getByRole('row', { name: /With alerts off.*Delivered/ }).waitFor();
  expect(receiver.requests).toHaveLength(1);
});

it.each([
  ['http://siem.example.com/thalian', 'Webhook URLs must use HTTPS.'],
  ['https://user:secret@siem.example.com', 'Webhook URLs must not contain a user name or password.'],
  ['', 'A destination URL is needed.'],
])('refuses %j beside the field, before anything is asked', async (url, words) => {
  const { page } = await visits.open({ path: '/integrations/browse/json' });
  const field = page.getByRole('textbox', { name: 'URL' });
  await field.fill(url);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(words).waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
});

it('shows in the words of the API what only the stage can refuse', async () => {
  const visit = await visits.open({ path: '/integrations/browse/json' });
  const { page } = visit;
  await page.getByRole('textbox', { name: 'URL' }).fill('https://10.0.0.1/hook');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The destination address is not allowed.').first().waitFor();
  expect(await page.getByRole('textbox', { name: 'URL' }).getAttribute('aria-invalid')).toBe('true');
  forgiveRefusals(visit);
});
