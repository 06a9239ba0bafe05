/** What can be done with an integration on its page. */
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { aCertificateFor } from '../builders/certificate.ts';
import { reply, startHostileServer } from '../fakes/hostile-server.ts';
import { type RecordingReceiver, startRecordingReceiver } from '../fakes/recording-receiver.ts';
import { connectWebhook, publish } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();
let receiver: RecordingReceiver;

beforeAll(async () => {
  const { receiverCert, receiverKey } = inject('stack');
  receiver = await startRecordingReceiver(receiverCert, receiverKey);
});
afterAll(() => receiver.stop());

it('sends a test and shows all that came of it', async () => {
  const webhookId = await connectWebhook('To be tested', '/fail/tested?times=1&status=404');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Send test' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByText('Not accepted: HTTP 404').waitFor();
  await dialog.getByText('so it has nothing at this URL').waitFor();
  await dialog.getByText('404 from the demo receiver').waitFor();
  expect(await dialog.innerText()).toMatch(/In all\n\d+ ms/);
});

it('says of a test without a response what exactly is wrong, what to do, and the technical code', async () => {
  const receiver = await startHostileServer(await aCertificateFor('localhost', '127.0.0.1'), reply(200));
  onTestFinished(receiver.stop);
  const webhookId = await connectWebhook('Self-signed', `https://localhost:${receiver.port}/hook`);
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Send test' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByText('Not accepted: Certificate self-signed').waitFor();
  await dialog.getByText('install one that a public authority has issued').waitFor();
  await dialog.getByText('Technical code: DEPTH_ZERO_SELF_SIGNED_CERT').waitFor();
});

it('shows beforehand what a test sends, and sends nothing until it is asked to', async () => {
  const webhookId = await connectWebhook('To be shown first', `${receiver.url}/shown-first`);
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Send test' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'What will be sent' }).click();
  await dialog.getByText('"title": "Test from Thalian: this webhook works"').waitFor();
  await dialog.getByRole('radio', { name: 'One of each severity' }).check();
  await dialog.getByText('"title": "Test from Thalian: a finding of severity critical"').waitFor();
  expect(receiver.requests).toEqual([]);
});

it('sends a recent finding as a test, also one of another integration, by keyboard alone', async () => {
  const title = 'A finding that has come before';
  await connectWebhook('Has a finding', '/ok/has-a-finding', 'info');
  await publish({ title });
  const webhookId = await connectWebhook('Has none yet', `${receiver.url}/has-none`);
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Send test' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const sample = dialog.getByRole('radio', { name: 'The sample' });
  await expect.poll(() => sample.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  await page.keyboard.press('ArrowDown');
  expect(await dialog.getByRole('button', { name: 'Send', exact: true }).isEnabled()).toBe(false);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: title }).first().waitFor();
  await page.keyboard.type(title);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const send = dialog.getByRole('button', { name: 'Send', exact: true });
  await send.focus();
  await page.keyboard.press('Enter');
  await dialog.getByText('The finding is there now; nothing is logged here.').waitFor();
  expect(receiver.requests.map(({ body }) => JSON.parse(body).data.title)).toEqual([`Test from Thalian: ${title}`]);
});

it('sends one test of each severity and lists what came of each', async () => {
  const webhookId = await connectWebhook('Of each severity', `${receiver.url}/each`);
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Send test' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'One of each severity' }).check();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  for (const severity of ['Critical', 'High', 'Medium', 'Low', 'Info']) {
    await dialog.getByRole('button', { name: new RegExp(`${severity}: accepted, HTTP 2`) }).waitFor();
  }
  await dialog.getByText('5 of 5 accepted').first().waitFor({ state: 'attached' });
  const levels = receiver.requests.slice(-5).map(({ body }) => JSON.parse(body).data.severity.level);
  expect(levels).toEqual(['critical', 'high', 'medium', 'low', 'info']);
  await dialog.getByRole('button', { name: /Critical: accepted/ }).click();
  await dialog.getByText('The finding is there now; nothing is logged here.').first().waitFor();
});

it('pauses and resumes', async () => {
  const webhookId = await connectWebhook('To be paused', '/ok/paused', 'low');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('Nothing is sent, and findings that match meanwhile are not kept.').waitFor();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByText('Nothing sent yet', { exact: true }).waitFor();
});

it('rotates the secret with an overlap and shows the new one once', async () => {
  const webhookId = await connectWebhook('To be rotated', '/ok/rotated');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Rotate the secret' }).click();
  await page.getByRole('button', { name: 'Overlap 24 hours' }).waitFor();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  const secret = (await page.locator('code', { hasText: /^whsec_/ }).textContent()) ?? '';
  await page.getByRole('tab', { name: 'Python' }).click();
  await page.getByText('PORT=8080 python3 verify.py').last().waitFor();
  // In a command it would stay in the history of a shell.
  expect(await page.getByText(secret).count()).toBe(1);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByText('An earlier secret signs too until').waitFor();
  expect(await page.content()).not.toContain(secret);

  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Rotate the secret' }).click();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await expect.poll(() => page.getByText('An earlier secret signs too until').count()).toBe(2);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Rotate the secret' }).click();
  await page.getByText('3 secrets sign already. Another is possible from').waitFor();
});

it('adds a signing key, shows where its public half is, rotates it and removes it', async () => {
  const webhookId = await connectWebhook('To be verified by a key', '/ok/key');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const choose = async (item: string, button: string) => {
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
  };
  const addressOfKeys = page.getByText(/\/v1\/jwks\//);
  await choose('Add a signing key', 'Add');
  await page.getByText(/^whpk_/).waitFor();
  const response = await page.request.get((await addressOfKeys.textContent()) ?? '');
  expect(await response.json()).toMatchObject({ keys: [{ kty: 'OKP', crv: 'Ed25519' }] });

  await choose('Rotate the signing key', 'Rotate');
  await page.getByText('signs too until').waitFor();
  expect(await page.getByText(/^whpk_/).count()).toBe(2);

  await choose('Remove the signing key', 'Remove');
  await page.getByText('The signing key is removed: requests are signed by the secret alone.').waitFor();
  expect(await addressOfKeys.count()).toBe(0);
});

it('changes settings, and asks for the secret again when they lead to another host', async () => {
  const webhookId = await connectWebhook('To be changed', '/ok/changed');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}/settings` });
  await page.getByRole('textbox', { name: 'Name' }).fill('Changed');
  await page.getByRole('textbox', { name: 'URL' }).fill('https://siem.example.com/thalian');
  await page.getByText('The URL leads to another host.').waitFor();
  await page.getByRole('radio', { name: 'No secret' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Changed', level: 1 }).waitFor();
  await page.getByText('https://siem.example.com/thalian').waitFor();
  await page.getByText('Requests are not signed').waitFor();
});

it('chooses that a manifest of each hour is sent, and shows it', async () => {
  const webhookId = await connectWebhook('To be proven', '/ok/proven');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}/settings` });
  await page.getByRole('button', { name: /^Catching up/ }).click();
  await page.getByRole('option', { name: /each hour a manifest/ }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'To be proven', level: 1 }).waitFor();
  await page.getByText('each hour a manifest of what was listed is sent').waitFor();
});

it('pages through the log and filters it by status', async () => {
  const webhookId = await connectWebhook('Busy', '/ok/busy', 'info');
  await Promise.all(Array.from({ length: 21 }, (_, index) => publish({ title: `Finding ${index} of many` })));
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const rows = page.getByRole('row', { name: /of many.*Delivered/ });
  await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(20);
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(1);
  await page.getByRole('button', { name: 'Status Every status' }).click();
  await page.getByRole('option', { name: 'Cancelled' }).click();
  await page.getByText('No deliveries are cancelled').waitFor();
});

/** What makes the console refresh each query of its page at once. */
const READ_EVERYTHING_AGAIN = `['offline', 'online'].forEach((name) => window.dispatchEvent(new Event(name)))`;

it('deletes after saying what is lost, and reads nothing of what is being deleted', async () => {
  const webhookId = await connectWebhook('To be deleted', '/ok/deleted');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This cannot be undone.').waitFor();
  expect(await dialog.getByRole('listitem').allTextContents()).toEqual([
    'the destination and its alert rule: no finding is sent there any more',
    'its secret',
    'deliveries that are under way: they are cancelled',
    'its delivery log',
  ]);
  const button = dialog.getByRole('button', { name: 'Delete', exact: true });
  expect(await button.isEnabled()).toBe(false);
  await dialog.getByRole('textbox').fill('delete');
  await page.route(`**/v1/webhooks/${webhookId}`, async (route) => {
    const response = await route.fetch();
    await page.evaluate(READ_EVERYTHING_AGAIN);
    await route.fulfill({ response });
  });
  await button.click();
  await page.getByText('To be deleted is deleted.').waitFor();
  expect(await page.getByRole('link', { name: 'To be deleted' }).count()).toBe(0);
});

it('tries the lists of the alert rule on past findings before they are saved', async () => {
  const webhookId = await connectWebhook('Chosen', '/ok/chosen');
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('button', { name: 'Only some findings' }).click();
  await page.getByRole('textbox', { name: 'Platforms' }).fill('okta, github');
  await page.getByRole('button', { name: 'What would this have sent?' }).click();
  await page.getByText(/0 of 0 findings/).waitFor();
  await page.getByRole('button', { name: 'Save the lists' }).click();
  await page.getByText('Now: platforms okta, github.').waitFor();
  await page.reload();
  expect(await page.getByRole('textbox', { name: 'Platforms' }).inputValue()).toBe('okta, github');
});
